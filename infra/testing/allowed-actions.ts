import type { ServiceAccess } from '../access-types.ts';

/** All actions of a row, whatever they are allowed on. */
export function allowedActions(row: ServiceAccess): Set<string> {
  const under = (prefix: string, ...records: (Readonly<Record<string, readonly string[]>> | undefined)[]) =>
    records.flatMap((record) => Object.values(record ?? {}).flat()).map((action) => `${prefix}:${action}`);
  return new Set([
    ...under('dynamodb', row.tables),
    ...(row.indexes === undefined ? [] : ['dynamodb:Query']),
    ...(row.userStatus === true ? ['dynamodb:GetItem'] : []),
    ...under('sqs', row.queues, row.deadLetters),
    ...(row.topics === undefined ? [] : ['sns:Publish']),
    ...under('s3', row.objects, row.buckets),
    ...(row.signingKeys ?? []).map((action) => `secretsmanager:${action}`),
  ]);
}
