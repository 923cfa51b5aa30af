import { S3Error } from '../errors.ts';

const POLICY_KEYS = ['Version', 'Id', 'Statement'];
const STATEMENT_KEYS = ['Sid', 'Effect', 'Principal', 'Action', 'Resource'];

/**
 * Accepts the one policy that has an effect here: anybody may read any object of the bucket. Any other is
 * refused, since one that is stored and not obeyed would look as if it protected something.
 */
export function assertPublicReadPolicy(text: string, bucketName: string): void {
  const policy = parseObject(text);
  const statements: unknown[] = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  if (!hasOnly(policy, POLICY_KEYS) || statements.length === 0) throw new S3Error('MalformedPolicy');
  for (const statement of statements) {
    if (!isRecord(statement) || !('Effect' in statement)) {
      throw new S3Error('MalformedPolicy', 'Missing required field Effect');
    }
    const isPublicRead =
      hasOnly(statement, STATEMENT_KEYS) &&
      statement.Effect === 'Allow' &&
      isAnybody(statement.Principal) &&
      isOnly(statement.Action, 's3:GetObject') &&
      isOnly(statement.Resource, `arn:aws:s3:::${bucketName}/*`);
    if (!isPublicRead) {
      throw new S3Error(
        'NotImplemented',
        'The only bucket policy that is implemented lets Principal "*" do s3:GetObject on all of the bucket\'s objects.',
      );
    }
  }
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new S3Error('MalformedPolicy');
  }
  if (!isRecord(value)) throw new S3Error('MalformedPolicy');
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasOnly(record: Record<string, unknown>, keys: readonly string[]): boolean {
  return Object.keys(record).every((key) => keys.includes(key));
}

function isOnly(value: unknown, expected: string): boolean {
  return value === expected || (Array.isArray(value) && value.length === 1 && value[0] === expected);
}

function isAnybody(principal: unknown): boolean {
  return (
    principal === '*' || (isRecord(principal) && hasOnly(principal, ['AWS']) && isOnly(principal.AWS, '*'))
  );
}
