import { createHash, randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { threadedHashing } from './threaded-hashing.ts';

const hashing = threadedHashing();
afterAll(() => hashing.close());

const LARGE = { sizeBytes: 5_000_000 };

async function hashOf(pieces: readonly Uint8Array[], begin = hashing.begin): Promise<string> {
  const hash = begin(LARGE);
  for (const piece of pieces) {
    const taken = hash.update(piece);
    // It was taken over: what becomes of the piece is the caller's business again.
    if (taken === undefined) piece.fill(0);
    else await taken;
  }
  return hash.digest();
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('hashing in a thread', () => {
  it('gives the hash of the content, however it is cut', async () => {
    const content = randomBytes(LARGE.sizeBytes);
    const cuts = fc.array(fc.nat(LARGE.sizeBytes), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const edges = [0, ...places.sort((a, b) => a - b), LARGE.sizeBytes];
        const pieces = edges
          .slice(1)
          .map((end, i) => Uint8Array.prototype.slice.call(content, edges[i], end));
        expect(await hashOf(pieces)).toBe(sha256(content));
      }),
      { numRuns: 30 },
    );
  });

  it('keeps hashes apart that are under way at once', async () => {
    const contents = Array.from({ length: 6 }, () => randomBytes(3_000_000));
    const hashes = await Promise.all(
      contents.map((content) =>
        hashOf(
          [content.subarray(0, 1_500_000), content.subarray(1_500_000)].map((piece) => Buffer.from(piece)),
        ),
      ),
    );
    expect(hashes).toEqual(contents.map(sha256));
  });

  it('can be given up, and then goes on with others', async () => {
    const given = hashing.begin(LARGE);
    void given.update(randomBytes(100));
    given.abort();
    expect(await hashOf([Buffer.from('abc')])).toBe(sha256(Buffer.from('abc')));
  });

  it('fails what a dying thread had, and starts another', async () => {
    const mortal = threadedHashing();
    const doomed = mortal.begin(LARGE);
    void doomed.update(Buffer.from('abc'));
    await mortal.close();
    await expect(doomed.digest()).rejects.toThrow('the hashing thread has ended');
    expect(await hashOf([Buffer.from('abc')], mortal.begin)).toBe(sha256(Buffer.from('abc')));
    await mortal.close();
  });

  it('hashes small content at once', async () => {
    const hash = hashing.begin({ sizeBytes: 3 });
    expect(hash.update(Buffer.from('abc'))).toBeUndefined();
    expect(await hash.digest()).toBe(sha256(Buffer.from('abc')));
  });
});
