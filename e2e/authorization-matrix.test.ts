import { beforeAll, describe, expect, inject, it } from 'vitest';
import { agedToken } from './aged.ts';
import { aStaffToken } from './staff.ts';
import { AUTHORIZATION_MATRIX, CALLERS, type Caller, type World } from './authorization-matrix.ts';
import { anUpload, aRegisteredUser, publish } from './builders.ts';
import { apiDocument, apiUnderTest } from './client.ts';

const api = await apiUnderTest();
const { operations } = await apiDocument();

it('I9: every operation of the document is in the matrix, and nothing else is', () => {
  expect(operations.map((operation) => operation.operationId).sort()).toEqual(
    Object.keys(AUTHORIZATION_MATRIX).sort(),
  );
});

const known = operations.flatMap((operation) => {
  const row = AUTHORIZATION_MATRIX[operation.operationId];
  return row === undefined ? [] : [{ id: operation.operationId, operation, row }];
});
const CHANGES_ITS_WORLD = new Set(['DELETE', 'PATCH', 'PUT']);
/** Made ahead: an upload waits mostly for its inspection. */
const WORLDS_AHEAD = 3;
const ready: Promise<World>[] = [];
let toCome = known.filter(({ operation }) => CHANGES_ITS_WORLD.has(operation.method)).length;
let shared: Promise<World> | undefined;

function ownWorld(): Promise<World> {
  for (; ready.length <= WORLDS_AHEAD && toCome > 0; toCome -= 1) {
    const world = aWorld();
    // Whoever takes it hears of it.
    world.catch(() => undefined);
    ready.push(world);
  }
  return ready.shift() ?? aWorld();
}

describe.each(known)('I9: $id', ({ operation, row }) => {
  let world: World;
  beforeAll(async () => {
    world = await (CHANGES_ITS_WORLD.has(operation.method) ? ownWorld() : (shared ??= aWorld()));
  });

  it.for(CALLERS)('%s', async (caller, context) => {
    const token = await tokenOf(caller, world);
    if (token === 'unknown')
      return context.skip('needs a product of our own, whose keys and tables are at hand');
    const answer = await api.call({
      method: operation.method,
      path: operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => world.path[name] ?? '-'),
      token: token.bearer,
      ...row.request?.(world, caller),
    });
    expect({ status: answer.status, body: answer.status < 400 ? undefined : answer.body }).toMatchObject({
      status: row.expected[caller],
    });
  });
});

async function aWorld(): Promise<World> {
  const [owner, other, subject] = await Promise.all([1, 2, 3].map(() => aRegisteredUser(api)));
  if (owner === undefined || other === undefined || subject === undefined) throw new Error('no users');
  const upload = await anUpload({ pictures: [] });
  const { asset, receipt } = await publish(api, owner, upload);
  const open = await api.declareUpload(owner.token, upload.declaration);
  const release = await api.release(asset.asin, asset.version);
  const otherSession = await api.signIn(owner);
  const key = await api.createKey(owner.token, ['assets:read']);
  return {
    owner,
    other,
    subject,
    declaration: upload.declaration,
    endedUploadId: receipt.upload_id,
    openFileId: open.files[0]?.file_id ?? '',
    path: {
      asin: asset.asin,
      version: asset.version,
      file_id: release.main_file_id,
      upload_id: open.upload_id,
      user_id: other.asin,
      session_id: sessionOf(otherSession.token),
      key_id: key.key_id,
    },
  };
}

const sessionOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid;

async function tokenOf(caller: Caller, world: World): Promise<{ bearer: string | undefined } | 'unknown'> {
  switch (caller) {
    case 'anonymous':
      return { bearer: undefined };
    case 'garbage token':
      return { bearer: 'eyJhbGciOiJub25lIn0.e30.garbage' };
    case 'expired token': {
      const dataFolder = inject('dataFolder');
      if (dataFolder === undefined) return 'unknown';
      return { bearer: await agedToken(world.owner.token, 2 * 3_600, dataFolder) };
    }
    case 'other user':
      return { bearer: world.other.token };
    case 'moderator':
    case 'admin':
      return (await aStaffToken(api, caller)) ?? 'unknown';
    case 'owner':
      return { bearer: world.owner.token };
  }
}
