import { createHash } from 'node:crypto';
import { memoryAssetStore, memoryBuckets, memoryIncomingStore } from '../src/adapters/memory-stores.ts';
import { examineCopy } from '../src/domain/inspecting/examine-copy.ts';
import type { Finding } from '../src/domain/inspecting/findings.ts';
import type { Inspector } from '../src/domain/ports.ts';
import { incomingKey, type FileFacts } from '../src/domain/upload.ts';
import type { Refusal } from '../src/domain/refusals.ts';
import { aFile, anUpload } from '../src/testing/builders.ts';
import type { FuzzCase } from './fuzz-case.ts';

export type Examined =
  | { readonly outcome: 'rejected'; readonly refusal: Refusal }
  | {
      readonly outcome: 'accepted';
      readonly facts: FileFacts;
      /** As the inspector gave it. */
      readonly finding: Extract<Finding, { outcome: 'accepted' }>;
      /** What was stored beside the file and would be served. */
      readonly manifest: Uint8Array | undefined;
      readonly pictures: readonly Uint8Array[];
    };

const PIECE_BYTES = 65_536;

/** Takes the file the way that ingest takes it from its arrival to the verdict, with stores in memory. */
export async function examineCase(
  inspector: Inspector,
  { bytes, role, path, declaredType }: FuzzCase,
  signal: AbortSignal,
): Promise<Examined> {
  const buckets = memoryBuckets();
  const incoming = memoryIncomingStore(buckets);
  const upload = anUpload({ total_bytes: bytes.length });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = aFile(upload, { role, path, size: bytes.length, sha256, content_type: declaredType });
  buckets.incoming.set(incomingKey(file), bytes);
  const arrived = await incoming.head(incomingKey(file));
  let found: Finding | undefined;
  const verdict = await examineCopy(
    {
      uploads: { recordProgress: async () => undefined },
      incoming,
      assets: {
        ...memoryAssetStore(buckets),
        read: async (key) => piecesOf(buckets.copies.get(key) ?? Buffer.alloc(0)),
      },
      inspector: { inspect: async (each, until) => (found = await inspector.inspect(each, until)) },
      now: () => new Date(),
    },
    { upload, file, copyKey: `${upload.asin}/copy`, token: 'token', etag: arrived?.etag ?? '' },
    signal,
  );
  if (verdict.outcome === 'rejected') return verdict;
  if (found?.outcome !== 'accepted') throw new Error('accepted without a finding');
  const { facts } = verdict;
  return {
    outcome: 'accepted',
    facts,
    finding: found,
    manifest: facts.archive && buckets.copies.get(facts.archive.manifest_key),
    pictures: (facts.image?.variants ?? []).map(({ key }) => buckets.pictures.get(key) ?? Buffer.alloc(0)),
  };
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
