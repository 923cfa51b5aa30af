import { expect, it } from 'vitest';
import { access } from './access.ts';
import type { ServiceAccess } from './access-types.ts';
import type { ServiceName } from './resource-types.ts';
import { tables, type TableName } from './resources.ts';
import { allowedActions } from './testing/allowed-actions.ts';
import { commandsInCodeOf } from './testing/commands-in-code.ts';
import { IAM_ACTIONS } from './testing/iam-actions.ts';

const rows = Object.entries(access) as [ServiceName, ServiceAccess][];

it.each(rows)('%s may do what its code asks of AWS, and nothing else', (service, row) => {
  const asked = [...commandsInCodeOf(service)].flatMap((command) => {
    const actions = IAM_ACTIONS[command];
    if (actions === undefined) throw new Error(`${service} sends ${command}: say what IAM calls it`);
    return [...actions];
  });
  const allowed = allowedActions(row);
  // Who reads objects that may be missing has to be told so.
  if (allowed.has('s3:GetObject')) asked.push('s3:ListBucket');
  expect([...allowed].sort()).toEqual([...new Set(asked)].sort());
});

it.each(rows)('%s queries indexes that exist', (_service, { indexes = {} }) => {
  for (const [table, names] of Object.entries(indexes)) {
    const known = tables[table as TableName].indexes.map(({ name }) => name);
    for (const name of names) expect(known).toContain(name);
  }
});

it('lets only auth near sessions, keys and passwords', () => {
  const secret = new Set<TableName>([
    'users',
    'sessions',
    'apiKeys',
    'revocations',
    'signInAttempts',
    'auditLog',
    'deletions',
  ]);
  for (const [service, { tables: items = {}, signingKeys }] of rows) {
    if (service === 'auth') continue;
    expect(Object.keys(items).filter((table) => secret.has(table as TableName))).toEqual([]);
    expect(signingKeys).toBeUndefined();
  }
});
