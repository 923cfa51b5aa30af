import { namesRelease, type Publication } from '@cairn/shared/records/publication';
import { namedKeys } from './named-keys.ts';
import type { ObjectInventory } from './object-inventory.ts';
import type { UploadRepository } from '../ports.ts';
import type { SlowPass } from './slow-pass.ts';
import { isOpen } from '../upload.ts';

export interface OrphanedCopiesDeps {
  uploads: Pick<UploadRepository, 'find'>;
  publication: Pick<Publication, 'findAsset' | 'findRelease'>;
  inventory: ObjectInventory;
  isOld: (at: string) => boolean;
}

/**
 * Private copies that no published release and no open upload names: attempts of workers that were killed,
 * releases that lost a race for their version, assets that are gone.
 */
export function orphanedCopies(deps: OrphanedCopiesDeps): SlowPass {
  return {
    name: 'orphaned copies',
    async lookAtPage(after) {
      const { objects, next } = await deps.inventory.objects('copies', after);
      const seen = new Map<string, Promise<ReadonlySet<string>>>();
      const orphans: string[] = [];
      for (const { key, modifiedAt } of objects) {
        if (!deps.isOld(modifiedAt)) continue;
        const [asin = '', releaseId = ''] = key.split('/');
        const release = `${asin}/${releaseId}`;
        const named = seen.get(release) ?? publishedKeys(deps.publication, asin, releaseId);
        seen.set(release, named);
        if (!(await named).has(key) && (await isOrphan(deps, key, asin, releaseId))) orphans.push(key);
      }
      await deps.inventory.remove('copies', orphans);
      return { next, looked: objects.length, mended: orphans.length };
    },
  };
}

/**
 * First the upload, then the record again: an upload that was published between two reads was over only
 * after its record was there.
 */
async function isOrphan(
  { uploads, publication, inventory }: OrphanedCopiesDeps,
  key: string,
  asin: string,
  releaseId: string,
): Promise<boolean> {
  const uploadId = await inventory.uploadOfCopy(key);
  const upload = uploadId === undefined ? undefined : await uploads.find(uploadId);
  if (upload !== undefined && isOpen(upload.state)) return false;
  return !(await publishedKeys(publication, asin, releaseId)).has(key);
}

/** What is served of a release. One that an asset names and that is not there is a fault, and keeps everything. */
async function publishedKeys(
  publication: OrphanedCopiesDeps['publication'],
  asin: string,
  releaseId: string,
): Promise<ReadonlySet<string>> {
  if (asin === '' || !namesRelease(await publication.findAsset(asin), releaseId)) return new Set();
  const release = await publication.findRelease(asin, releaseId);
  return release === undefined ? everything : namedKeys(release, asin);
}

const everything = Object.assign(new Set<string>(), { has: () => true });
