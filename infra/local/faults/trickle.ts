import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

const STEP_MS = 20;

/** Writes what is read, piece by piece, at so many bytes a second. */
export async function trickle(
  from: Readable,
  to: Writable,
  bytesPerSecond: number,
  signal: AbortSignal,
): Promise<void> {
  const perStep = Math.max(1, Math.floor((bytesPerSecond * STEP_MS) / 1_000));
  const stepMs = Math.max(STEP_MS, (perStep * 1_000) / bytesPerSecond);
  for await (const chunk of from) {
    const bytes = chunk as Buffer;
    for (let at = 0; at < bytes.length; at += perStep) {
      to.write(bytes.subarray(at, at + perStep));
      await delay(stepMs, undefined, { signal });
    }
  }
  to.end();
}
