import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Logger } from '../logging/logger.ts';
import { keyUsageReporter } from './key-usage.ts';
import { remoteKeys } from './remote-keys.ts';
import { remoteRevocations } from './revocations.ts';
import { createTokenVerifier, type TokenVerifier } from './token-verifier.ts';

export interface TrustInAuth {
  /** Takes access tokens and API keys. */
  readonly verify: TokenVerifier;
  /** Begins to follow the list of revocations; until it is there, no API key is accepted. */
  start(): void;
  stop(): Promise<void>;
}

/** All that another service needs to know who is asking, without asking auth about anybody. */
export function trustInAuth(options: {
  config: {
    JWKS_URL: string;
    REVOCATIONS_URL: string;
    REVOCATIONS_INTERVAL_MS: number;
    TOKEN_ISSUER: string;
    TOKEN_AUDIENCE: string;
    API_KEY_USAGE_QUEUE: string;
  };
  sqs: Pick<SQSClient, 'send'>;
  logger: Logger;
  now?: () => Date;
}): TrustInAuth {
  const { config, sqs, logger, now = () => new Date() } = options;
  const keys = remoteKeys(config.JWKS_URL);
  const token = { keys, issuer: config.TOKEN_ISSUER, audience: config.TOKEN_AUDIENCE, now };
  const revocations = remoteRevocations({
    ...token,
    url: config.REVOCATIONS_URL,
    intervalMs: config.REVOCATIONS_INTERVAL_MS,
    logger,
  });
  const usage = keyUsageReporter({ sqs, queue: config.API_KEY_USAGE_QUEUE, logger, now });
  return {
    verify: createTokenVerifier({ ...token, revocations, noteKeyUse: usage.note }),
    start: () => revocations.task.start(),
    async stop() {
      await revocations.task.stop();
      await usage.drain();
    },
  };
}
