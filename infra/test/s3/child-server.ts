import { startLocalS3 } from '../../local/s3/server.ts';
import type { ChildMessage } from './child.ts';
import { CREDENTIALS, REGION } from './local-settings.ts';

const [dataDir = '', queue] = process.argv.slice(2);

function tell(message: ChildMessage): void {
  process.send?.(message);
}

const s3 = await startLocalS3({
  dataDir,
  port: 0,
  region: REGION,
  credentials: [CREDENTIALS],
  sendNotification: (_queueArn, body) => {
    // The test event has to get through, or the configuration would be refused.
    if (queue === 'down' && !body.includes('s3:TestEvent'))
      return Promise.reject(new Error('the queue is down'));
    tell({ notification: body });
    return Promise.resolve();
  },
});
// With `--expose-gc`: what the collector has not got round to yet is none of what the server needs.
const collect = globalThis.gc;
let rssBytes = 0;
let peakRssBytes = 0;
function look(): void {
  collect?.();
  rssBytes = process.memoryUsage.rss();
  peakRssBytes = Math.max(peakRssBytes, rssBytes);
}
if (collect !== undefined) setInterval(look, 25);
process.on('message', () => {
  look();
  tell({ memory: { rssBytes, peakRssBytes } });
  peakRssBytes = 0;
});
tell({ url: s3.url });
