export const REGION = 'eu-central-1';
export const CREDENTIALS = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'a secret for tests' };
export const QUEUE_ARN = `arn:aws:sqs:${REGION}:000000000000:events`;

/** For `vi.waitFor`: a busy machine is no failure. */
export const PATIENCE = { timeout: 40_000 };
