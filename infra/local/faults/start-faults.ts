import { createAwsClients, type AwsConnection } from '../../aws-clients.ts';
import { awsEnvironment } from '../aws-environment.ts';
import type { Call } from './call.ts';
import { startIndexLag, type IndexLag, type IndexLagOptions } from './index-lag.ts';
import type { MessageRule } from './message-rules.ts';
import { startFaultProxy, type Interceptor, type SeenCall } from './proxy.ts';
import { createQueueDeliveries } from './queue-deliveries.ts';
import { createRuleSet, type ActiveRule } from './rule-set.ts';
import { fits, type CallRule } from './rules.ts';

export interface ServiceFaults<Rule = CallRule> {
  readonly url: string;
  add(rule: Rule): ActiveRule<Rule>;
}

export interface DynamodbFaults extends ServiceFaults {
  /** Index reads answer as of some time ago. One lag at a time for each table. */
  lagIndex(options: IndexLagOptions): Promise<{ release(): Promise<void> }>;
}

export interface Faults {
  readonly dynamodb: DynamodbFaults;
  readonly s3: ServiceFaults;
  readonly sqs: ServiceFaults<CallRule | MessageRule>;
  readonly sns: ServiceFaults;
  readonly connection: AwsConnection;
  /** The SDK's standard variables for whoever shall go through the faults. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every call that came, in order, with what was done to it. */
  readonly seen: SeenCall[];
  /** Ends all rules, lets go of what they hold, forgets what was seen. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface FaultsOptions {
  readonly seed?: number;
  readonly now?: () => number;
}

/** A proxy before each AWS endpoint of the connection. Without rules they only watch. */
export async function startFaults(
  target: { readonly connection: AwsConnection },
  { seed = 1, now = Date.now }: FaultsOptions = {},
): Promise<Faults> {
  const { connection } = target;
  const seen: SeenCall[] = [];
  const rules = {
    dynamodb: createRuleSet<CallRule, Call>({ seed, fits }),
    s3: createRuleSet<CallRule, Call>({ seed: seed + 1, fits }),
    sqs: createRuleSet<CallRule, Call>({ seed: seed + 2, fits }),
    sns: createRuleSet<CallRule, Call>({ seed: seed + 3, fits }),
  };
  const direct = createAwsClients(connection);
  const deliveries = createQueueDeliveries({ sqs: direct.sqs, seed });
  let lags: IndexLag[] = [];
  const lagging: Interceptor = {
    async route(call) {
      for (const lag of lags) {
        const url = await lag.interceptor.route(call);
        if (url !== undefined) return url;
      }
      return undefined;
    },
    async answer(call, answer) {
      for (const lag of lags) await lag.interceptor.answer(call, answer);
      return answer;
    },
  };
  const releaseLag = async (lag: IndexLag) => {
    if (!lags.includes(lag)) return;
    lags = lags.filter((each) => each !== lag);
    await lag.release();
  };

  const [dynamodb, s3, sqs, sns] = await Promise.all([
    startFaultProxy({
      service: 'dynamodb',
      upstream: connection.dynamodbUrl,
      rules: rules.dynamodb,
      seen,
      interceptor: lagging,
    }),
    startFaultProxy({ service: 's3', upstream: connection.s3Url, rules: rules.s3, seen }),
    startFaultProxy({
      service: 'sqs',
      upstream: connection.sqsUrl,
      rules: rules.sqs,
      seen,
      interceptor: deliveries,
    }),
    startFaultProxy({ service: 'sns', upstream: connection.snsUrl, rules: rules.sns, seen }),
  ]);
  const proxied: AwsConnection = {
    ...connection,
    dynamodbUrl: dynamodb.url,
    s3Url: s3.url,
    sqsUrl: sqs.url,
    snsUrl: sns.url,
  };
  const clear = async () => {
    for (const lag of lags) await releaseLag(lag);
    for (const set of Object.values(rules)) await set.clear();
    await deliveries.clear();
    seen.length = 0;
  };

  return {
    dynamodb: {
      url: dynamodb.url,
      add: (rule) => rules.dynamodb.add(rule),
      async lagIndex(options) {
        if (lags.some((lag) => lag.options.table === options.table)) {
          throw new Error(`${options.table} has a lagging index already`);
        }
        const lag = await startIndexLag(connection, options, now);
        lags.push(lag);
        await lag.takeSnapshot();
        return { release: () => releaseLag(lag) };
      },
    },
    s3: { url: s3.url, add: (rule) => rules.s3.add(rule) },
    sqs: {
      url: sqs.url,
      add: (rule) => (isMessageRule(rule) ? deliveries.add(rule) : rules.sqs.add(rule)),
    },
    sns: { url: sns.url, add: (rule) => rules.sns.add(rule) },
    connection: proxied,
    environment: awsEnvironment(proxied),
    seen,
    clear,
    async close() {
      await clear();
      await Promise.all([dynamodb, s3, sqs, sns].map((proxy) => proxy.close()));
      direct.destroy();
    },
  };
}

function isMessageRule(rule: CallRule | MessageRule): rule is MessageRule {
  return ['duplicate', 'late', 'reorder'].includes(rule.fault.kind);
}
