import { newId } from '@cairn/shared/ids';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tables } from '@cairn/infra/resources';
import { dynamoQuotaLedger } from '../src/adapters/dynamo-quota-ledger.ts';
import { aBody, send, startIngest, type IngestUnderTest } from './service.harness.ts';

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest({ QUOTA_OPEN_UPLOADS: '2' });
});
afterAll(() => ingest.close());

const BYTES = Buffer.from('abc');
const valid = aBody([{ path: 'a.bin', bytes: BYTES }]);
const [file] = valid.files;

describe('POST /v1/uploads', () => {
  it.each([
    ['an unknown field', { ...valid, status: 'published' }, '/status'],
    ['an unknown field of a file', { ...valid, files: [{ ...file, hash: '' }] }, '/files/0/hash'],
    ['no name', { ...valid, name: undefined }, '/name'],
    ['a name of spaces', { ...valid, name: '     ' }, '/name'],
    ['a name with a direction override', { ...valid, name: 'knight\u202egpj' }, '/name'],
    ['a lone surrogate', { ...valid, name: 'knight \ud800' }, '/name'],
    ['an unknown kind', { ...valid, kind: '4d' }, '/kind'],
    ['a licence that is no SPDX expression', { ...valid, license: 'free for all' }, '/license'],
    [
      'an engine range that is none',
      { ...valid, compatible_engine_ver: ['new'] },
      '/compatible_engine_ver/0',
    ],
    [
      'an engine range that nothing is in',
      { ...valid, compatible_engine_ver: ['4.x', '>=5 <4'] },
      '/compatible_engine_ver/1',
    ],
    ['no engine', { ...valid, compatible_engine_ver: [] }, '/compatible_engine_ver'],
    ['no files', { ...valid, files: [] }, '/files'],
    ['an empty file', { ...valid, files: [{ ...file, size: 0 }] }, '/files/0/size'],
    ['half a byte', { ...valid, files: [{ ...file, size: 1.5 }] }, '/files/0/size'],
    ['a size beyond numbers', { ...valid, files: [{ ...file, size: 1e300 }] }, '/files/0/size'],
    ['a hash that is none', { ...valid, files: [{ ...file, sha256: 'abc' }] }, '/files/0/sha256'],
    ['a path that leaves', { ...valid, files: [{ ...file, path: '../x' }] }, '/files/0/path'],
    ['an absolute path', { ...valid, files: [{ ...file, path: '/etc/passwd' }] }, '/files/0/path'],
    ['a drive', { ...valid, files: [{ ...file, path: 'C:/x' }] }, '/files/0/path'],
    ['a backslash', { ...valid, files: [{ ...file, path: 'a\\b' }] }, '/files/0/path'],
    ['a device name', { ...valid, files: [{ ...file, path: 'models/CON.glb' }] }, '/files/0/path'],
    ['a path of 256 bytes', { ...valid, files: [{ ...file, path: 'é'.repeat(128) }] }, '/files/0/path'],
    ['a line break in a path', { ...valid, files: [{ ...file, path: 'a\r\nb' }] }, '/files/0/path'],
  ])('refuses %s with the field, once, with a code and a hint', async (_, body, field) => {
    const user = await ingest.aUser();
    const response = await ingest.post(user, body);
    const problem = (await response.json()) as { code: string; errors: unknown[] };
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(problem.code).toBe('request.invalid');
    expect(problem.errors).toEqual([
      {
        field,
        code: expect.stringMatching(/^[a-z0-9_]+\.[a-z_]+$/),
        message: expect.any(String),
        hint: expect.stringMatching(/\w/),
      },
    ]);
  });

  it('refuses one open upload too many, and says which quota it was', async () => {
    const user = await ingest.aUser();
    const racing = await Promise.all(Array.from({ length: 6 }, async () => ingest.post(user, valid)));
    expect(racing.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(racing.filter(({ status }) => status === 409)).toHaveLength(4);
    const refused = racing.find(({ status }) => status === 409);
    expect(await refused?.json()).toMatchObject({
      code: 'quota.exceeded',
      hint: expect.any(String),
      errors: [{ field: 'quota.open_uploads', code: 'quota.exceeded', limit: 2, used: 2, wanted: 1 }],
    });
  });

  // Fifty on the memory twins: quota-schedules.test.ts; fifty here, for each quota: quotas.long.test.ts.
  it('I4: lets exactly as many of racing declarations through as there is room for', async () => {
    const user = await ingest.aUser();
    const answers = await Promise.all(Array.from({ length: 12 }, async () => ingest.post(user, valid)));
    const accepted = answers.filter(({ status }) => status === 201);
    expect(accepted).toHaveLength(2);
    const refused = answers.filter((answer) => !accepted.includes(answer));
    const codes = await Promise.all(
      refused.map(async (each) => ((await each.json()) as { code: string }).code),
    );
    expect(new Set(codes)).toEqual(new Set(['quota.exceeded']));
    const ledger = dynamoQuotaLedger(ingest.document, tables.quotas.name);
    const used = { bytes: 2 * BYTES.length, assets: 2, openUploads: 2 };
    expect(await ledger.usage(user.userId)).toEqual(used);
    const list = await ingest.app.request('/v1/uploads', { headers: user.headers });
    expect(((await list.json()) as { items: unknown[] }).items).toHaveLength(2);
  });

  it('a misspelt dry run declares nothing, and is told the parameter', async () => {
    const user = await ingest.aUser();
    const answer = await ingest.app.request('/v1/uploads?dryrun=true', {
      method: 'POST',
      headers: user.headers,
      body: JSON.stringify(valid),
    });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ field: 'query.dryrun', code: 'field.unknown' }] });
    const list = await ingest.app.request('/v1/uploads', { headers: user.headers });
    expect(await list.json()).toMatchObject({ items: [] });
  });

  it('I11: a receipt that is read later holds no URL', async () => {
    const user = await ingest.aUser();
    const declared = await ingest.declare(user, valid);
    expect(JSON.stringify(await ingest.receipt(user, declared.upload_id))).not.toContain('X-Amz');
  });
});

describe('a presigned PUT', () => {
  it('takes exactly what was declared: every other size, hash, type or key is refused by the store', async () => {
    const user = await ingest.aUser();
    const { files, upload_id } = await ingest.declare(user, valid);
    const put = files[0]?.put;
    if (put === undefined) throw new Error('no PUT');
    const attempts = {
      longer: send(put, Buffer.from('abcd')),
      shorter: send(put, Buffer.from('ab')),
      empty: send(put, Buffer.from('')),
      'other bytes': send(put, Buffer.from('abd')),
      'other type': send({ ...put, headers: { ...put.headers, 'content-type': 'text/html' } }, BYTES),
      'other key': send({ ...put, url: put.url.replace(upload_id, newId('upload')) }, BYTES),
      'other lifetime': send({ ...put, url: put.url.replace('Expires=3600', 'Expires=36000') }, BYTES),
      unsigned: send({ ...put, url: put.url.split('?')[0] ?? '' }, BYTES),
    };
    for (const [attempt, response] of Object.entries(attempts)) {
      const { status } = await response;
      expect([400, 403], attempt).toContain(status);
    }
    expect((await ingest.receipt(user, upload_id)).state).toBe('created');
    expect((await send(put, BYTES)).status).toBe(200);
  });
});

describe('GET /v1/uploads/{upload_id}', () => {
  it("I9: somebody else's upload is as unknown as one that never was", async () => {
    const [owner, other] = [await ingest.aUser(), await ingest.aUser()];
    const { upload_id } = await ingest.declare(owner, valid);
    for (const id of [upload_id, newId('upload')]) {
      const response = await ingest.app.request(`/v1/uploads/${id}`, { headers: other.headers });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'upload.not_found' });
    }
  });

  it('needs a token', async () => {
    const response = await ingest.app.request(`/v1/uploads/${newId('upload')}`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('GET /v1/limits', () => {
  it('tells everybody what a declaration is checked against', async () => {
    const response = await ingest.app.request('/v1/limits');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      max_declaration_bytes: 2 ** 20,
      max_file_bytes: 5 * 2 ** 30,
      thumbnail_widths: [160, 480, 1280],
      quota: { open_uploads: 2 },
    });
  });
});
