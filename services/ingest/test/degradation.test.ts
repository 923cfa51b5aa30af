import { startTestStack } from '@cairn/infra/local/testing';
import { describeDegradation } from '@cairn/infra/testing/degradation';
import { aBody, describeFile, startIngest, type IngestUnderTest } from './service.harness.ts';

const SMALL = describeFile({ path: 'a.bin', bytes: Buffer.from('bytes of a model') });

describeDegradation('ingest', async () => {
  const stack = await startTestStack({ faults: true });
  const ingest = await startIngest({ QUOTA_OPEN_UPLOADS: '100000' }, stack);
  const cutOff = await startIngest({ JWKS_URL: 'http://127.0.0.1:9/jwks.json' }, stack);
  const user = await ingest.aUser();
  const { upload_id, files } = await ingest.declare(user, aBody([], { files: [SMALL] }));
  const file = `/v1/uploads/${upload_id}/files/${files[0]?.file_id}`;
  const requestsTo = ({ app, post, isReady }: IngestUnderTest) => {
    const get = async (path: string) => app.request(path, { headers: user.headers });
    return {
      'GET /readyz': async () => new Response(null, { status: isReady() ? 200 : 503 }),
      'GET /v1/limits': async () => app.request('/v1/limits'),
      'POST /v1/uploads': async () => post(user, aBody([], { files: [SMALL] })),
      'GET /v1/uploads': () => get('/v1/uploads'),
      'GET /v1/uploads/{upload_id}': () => get(`/v1/uploads/${upload_id}`),
      'GET .../files/{file_id}/urls': () => get(`${file}/urls`),
      // Nothing of it was sent.
      'POST .../files/{file_id}/complete': async () =>
        app.request(`${file}/complete`, { method: 'POST', headers: user.headers }),
    };
  };
  return {
    faults: stack.faults,
    requests: requestsTo(ingest),
    withoutAuth: requestsTo(cutOff),
    async close() {
      await Promise.all([ingest.close(), cutOff.close()]);
      await stack.close();
    },
  };
});
