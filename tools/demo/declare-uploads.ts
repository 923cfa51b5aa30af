import path from 'node:path';
import type { ApiClient } from '../client/api-client.ts';
import type { DeclaredFile } from '../client/wire.ts';
import { eachGoing, settled, type AssetRun, type HashedFile } from './asset-run.ts';
import type { Progress } from './progress.ts';

export const DEMO_ENGINE = '4.2';

export interface Publisher {
  readonly token: string;
  /** A tag of this run alone, by which search tells its assets from those of earlier runs. */
  readonly runTag: string;
}

const PICTURE_TYPES: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
};

/** `POST /v1/uploads` for each asset; the receipts hold a presigned PUT for each file. */
export async function declareUploads(
  runs: readonly AssetRun[],
  api: ApiClient,
  publisher: Publisher,
  progress: Progress,
): Promise<void> {
  const phase = progress.phase('declare', runs.length, 'assets');
  await eachGoing(runs, async (run) => {
    const { source } = run;
    const picture = settled(run.picture);
    run.receipt = await api.declareUpload(publisher.token, {
      name: source.name,
      description: `Published by the demo from ${source.files.map((file) => file.path).join(', ')}`.slice(
        0,
        500,
      ),
      kind: source.kind,
      tags: ['demo', publisher.runTag],
      license: 'CC0-1.0',
      compatible_engine_ver: [`>=${DEMO_ENGINE} <5`],
      files: run.files.map((file, i) => ({ ...declared(file), main: i === source.main })),
      pictures: [
        {
          ...declared(picture),
          content_type: PICTURE_TYPES[path.extname(picture.path).toLowerCase()] ?? 'application/octet-stream',
        },
      ],
    });
    phase.advance(1);
  });
  phase.end();
}

const declared = (file: HashedFile): DeclaredFile => ({
  path: file.path,
  size: file.sizeBytes,
  sha256: file.sha256,
});
