import { wins } from '@cairn/shared/aws/conditions';
import {
  BatchWriteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { writeBatches } from '@cairn/shared/aws/write-batches';
import { z } from '@hono/zod-openapi';
import type { Document } from '@cairn/shared/aws/clients';
import { originSchema } from '@cairn/shared/telemetry/origin';
import type { Change, ChangeLog, LoggedChange } from '../domain/replica/change-log.ts';
import { knownLogEnd } from './known-log-end.ts';

const LOG = 'assets';
const WALK = 100;
const TRIMMED_AT_ONCE = 100;
/** How old what is known of the log's end may be to begin a claim with. */
const RECENT_MS = 5_000;
/** Longer than a message can wait in a queue and then in its dead-letter queue. */
const CLAIM_SECONDS = 35 * 86_400;

const common = { seq: z.number().int(), id: z.string(), at: z.string() };
const logItem = z.discriminatedUnion('type', [
  z.object({
    ...common,
    type: z.literal('asset.changed'),
    asin: z.string(),
    revision: z.number().int(),
    origin: originSchema,
  }),
  z.object({
    ...common,
    type: z.literal('downloads.counted'),
    totals: z.record(z.string(), z.number().int()),
  }),
]);
const claimItem = z.object({ from_seq: z.number().int(), at_seq: z.number().int().optional() });
type Claim = z.infer<typeof claimItem>;

/**
 * The log in DynamoDB, with the protocol *claimed append*, which puts each id in once without transactions:
 *
 * 1. Claim: an item for the id, in a partition of its own, notes the log's end (`from_seq`) before anybody
 *    has tried to append the id. Whoever comes second finds the first one's claim.
 * 2. Walk and append: a conditional put of the next number. It is tried only after every entry between
 *    `from_seq` and that number was looked at, and ends where one of them is the id's. Entries never
 *    change, so of two appenders the later must meet the earlier one's entry; a lost answer likewise.
 * 3. Settle: the claim notes where the entry is, which only spares the next one the walk.
 *
 * Claims and settlements of several changes go on at once, and what a process has looked at it does not look at
 * again: what changes wait for one after the other is one conditional put each.
 *
 * A crash after any step is mended by the same steps. Claims expire long after the last redelivery; `trim`
 * leaves what was logged for at least as long, or a walk from an old claim would meet a gap. Entries of the
 * log itself never expire: only who knows of the snapshots knows which of them nobody needs any more.
 */
export function dynamoChangeLog(options: { document: Document; table: string; now: () => Date }): ChangeLog {
  const { document, table: TableName, now } = options;
  let queue: Promise<unknown> = Promise.resolve();
  const known = knownLogEnd();
  let readAt = Number.NEGATIVE_INFINITY;

  function note(seq: number, id: string): void {
    known.note(seq, id);
    readAt = now().getTime();
  }

  async function head(): Promise<number> {
    const { Items = [] } = await document.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: '#log = :log',
        ExpressionAttributeNames: { '#log': 'log' },
        ExpressionAttributeValues: { ':log': LOG },
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: 1,
      }),
    );
    return Items[0] === undefined ? 0 : logItem.parse(Items[0]).seq;
  }

  async function after(seq: number, limit: number): Promise<LoggedChange[]> {
    const { Items = [] } = await document.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: '#log = :log AND seq > :seq',
        ExpressionAttributeNames: { '#log': 'log' },
        ExpressionAttributeValues: { ':log': LOG, ':seq': seq },
        ConsistentRead: true,
        Limit: limit,
      }),
    );
    return Items.map((item) => {
      const { seq: at, ...change } = logItem.parse(item);
      return { seq: at, change };
    });
  }

  const putIfAbsent = (item: Record<string, unknown>) =>
    wins(
      document.send(
        new PutCommand({
          TableName,
          Item: item,
          ConditionExpression: 'attribute_not_exists(#log)',
          ExpressionAttributeNames: { '#log': 'log' },
        }),
      ),
    );

  const claimKey = (id: string) => ({ log: `claim#${id}`, seq: 0 });

  /** A number that the log has reached; one that was looked at a moment ago will do, and spares a read. */
  async function recentHead(): Promise<number> {
    const end = known.end();
    return end === undefined || now().getTime() - readAt > RECENT_MS ? head() : end;
  }

  async function claim(id: string): Promise<Claim> {
    const fresh = { from_seq: await recentHead() };
    const expires_at = Math.floor(now().getTime() / 1000) + CLAIM_SECONDS;
    if (await putIfAbsent({ ...claimKey(id), ...fresh, expires_at })) return fresh;
    const { Item } = await document.send(
      new GetCommand({ TableName, Key: claimKey(id), ConsistentRead: true }),
    );
    return Item === undefined ? fresh : claimItem.parse(Item);
  }

  /** What is known holds for everything behind `from`: the rest is read, or forgotten where that is shorter. */
  async function lookBack(from: number): Promise<void> {
    const end = known.end();
    if (end !== undefined && from > end && from - end <= WALK) {
      for (const logged of await after(end, WALK)) note(logged.seq, logged.change.id);
    }
    if (!known.reaches(from)) known.restart(from);
  }

  async function walkAndPut(change: Change, from: number): Promise<number> {
    await lookBack(from);
    for (;;) {
      const at = known.seqOf(change.id);
      if (at !== undefined) return at;
      const next = (known.end() ?? from) + 1;
      if (await putIfAbsent({ log: LOG, seq: next, ...change, logged_at: now().toISOString() })) {
        note(next, change.id);
        return next;
      }
      for (const logged of await after(next - 1, WALK)) note(logged.seq, logged.change.id);
    }
  }

  async function append(change: Change): Promise<number> {
    const { from_seq, at_seq } = await claim(change.id);
    if (at_seq !== undefined) return at_seq;
    // One at a time in a process: they would only race each other for the same number.
    const turn = queue.then(() => walkAndPut(change, from_seq));
    queue = turn.catch(() => undefined);
    const seq = await turn;
    await document.send(
      new UpdateCommand({
        TableName,
        Key: claimKey(change.id),
        UpdateExpression: 'SET at_seq = :seq',
        ExpressionAttributeValues: { ':seq': seq },
      }),
    );
    return seq;
  }

  /** The first entries that may go: in order, up to the first that has to stay. */
  async function oldest(upTo: number, loggedBefore: string): Promise<number[]> {
    const { Items = [] } = await document.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: '#log = :log AND seq <= :upTo',
        ExpressionAttributeNames: { '#log': 'log' },
        ExpressionAttributeValues: { ':log': LOG, ':upTo': upTo },
        ProjectionExpression: 'seq, logged_at',
        ConsistentRead: true,
        Limit: TRIMMED_AT_ONCE,
      }),
    );
    const young = Items.findIndex(({ logged_at }) => !(String(logged_at) < loggedBefore));
    return (young < 0 ? Items : Items.slice(0, young)).map(({ seq }) => Number(seq));
  }

  async function trim(upTo: number, loggedBefore: Date): Promise<number> {
    const end = Math.min(upTo, (await head()) - 1);
    const settled = new Date(Math.min(loggedBefore.getTime(), now().getTime() - CLAIM_SECONDS * 1_000));
    for (let removed = 0; ;) {
      const seqs = await oldest(end, settled.toISOString());
      if (seqs.length === 0) return removed;
      await writeBatches(
        seqs.map((seq) => ({ DeleteRequest: { Key: { log: LOG, seq } } })),
        async (batch) => {
          const { UnprocessedItems } = await document.send(
            new BatchWriteCommand({ RequestItems: { [TableName]: batch } }),
          );
          const left = UnprocessedItems?.[TableName] ?? [];
          return batch.filter(({ DeleteRequest }) =>
            left.some((each) => each.DeleteRequest?.Key?.seq === DeleteRequest.Key.seq),
          );
        },
      );
      removed += seqs.length;
    }
  }

  return { head, after, trim, append };
}
