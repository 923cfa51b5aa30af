import { access } from '@cairn/infra/access';
import type { ServiceAccess } from '@cairn/infra/access-types';
import { buckets, queues, tables, topics } from '@cairn/infra/resources';

type Names = Readonly<Record<string, { readonly name: string }>>;

/** Every right of access.ts as the guard tells it: `catalog dynamodb:GetItem celtic_assets`. */
export function grantedRights(): Set<string> {
  return new Set(
    Object.entries(access).flatMap(([service, row]) => rightsOf(row).map((each) => `${service} ${each}`)),
  );
}

function rightsOf(row: ServiceAccess): string[] {
  const of = (prefix: string, names: Names, record: Readonly<Record<string, readonly string[]>> = {}) =>
    Object.entries(record).flatMap(([key, actions]) =>
      actions.map((action) => `${prefix}:${action} ${names[key]?.name}`),
    );
  const deadLetters: Names = Object.fromEntries(
    Object.entries(queues).map(([key, { deadLetterQueue }]) => [key, deadLetterQueue]),
  );
  return [
    ...of('dynamodb', tables, row.tables),
    ...Object.entries(row.indexes ?? {}).flatMap(([key, names]) =>
      names.map((index) => `dynamodb:Query ${tables[key as keyof typeof tables].name}/${index}`),
    ),
    ...(row.userStatus === true ? [`dynamodb:GetItem ${tables.users.name}`] : []),
    ...of('sqs', queues, row.queues),
    ...of('sqs', deadLetters, row.deadLetters),
    ...(row.topics ?? []).map((key) => `sns:Publish ${topics[key].name}`),
    ...of('s3', buckets, row.objects),
    ...of('s3', buckets, row.buckets),
  ];
}
