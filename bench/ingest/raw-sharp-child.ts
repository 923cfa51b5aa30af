import sharp from 'sharp';
import { rawPictures, type MadePicture } from '../upload/raw-pictures.ts';
import type { RawSharpReply, RawSharpRequest } from './raw-sharp.ts';

// The time counts from when all bytes are here: what it takes to get them is no part of it.
sharp.cache(false);

async function make({ pictures, threads, pictureBytes }: RawSharpRequest): Promise<RawSharpReply> {
  sharp.concurrency(threads);
  const sizes: MadePicture[][] = [];
  const left = [...pictureBytes.entries()];
  const startedAt = performance.now();
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      sizes[next[0]] = await rawPictures(next[1]);
    }
  };
  await Promise.all(Array.from({ length: pictures }, worker));
  return { ms: performance.now() - startedAt, sizes };
}

process.on('message', (request: RawSharpRequest) => {
  void make(request).then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit(0));
