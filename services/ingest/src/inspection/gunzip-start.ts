import { createGunzip } from 'node:zlib';

const ENOUGH = 1024;
const GZIP = [0x1f, 0x8b];

/** The first bytes of what a gzip unpacks to; empty for what is no gzip, or a broken one. */
export async function gunzipStart(head: Uint8Array): Promise<Uint8Array> {
  if (!GZIP.every((byte, i) => head[i] === byte)) return new Uint8Array();
  const gunzip = createGunzip({ chunkSize: ENOUGH });
  const chunks: Buffer[] = [];
  let length = 0;
  gunzip.end(head);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= ENOUGH) break;
    }
  } catch {
    // The head ends within the stream, as a rule.
  }
  return Buffer.concat(chunks);
}
