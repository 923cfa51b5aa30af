import type { Publication } from '@cairn/shared/records/publication';
import { namedKeys } from './named-keys.ts';
import type { ObjectInventory } from './object-inventory.ts';
import type { SlowPass } from './slow-pass.ts';

export interface OrphanedPicturesDeps {
  publication: Pick<Publication, 'findAsset'>;
  inventory: ObjectInventory;
  isOld: (at: string) => boolean;
}

/**
 * Derived pictures that no asset names. Who works on a picture has its private copy, from before the first
 * derivative until the upload is over: pictures without that copy, which are not named either, are nobody's.
 */
export function orphanedPictures({ publication, inventory, isOld }: OrphanedPicturesDeps): SlowPass {
  async function shown(asin: string): Promise<ReadonlySet<string>> {
    const asset = asin === '' ? undefined : await publication.findAsset(asin);
    return asset?.status === 'published' ? namedKeys(asset, asin) : new Set();
  }

  /** First the copies, then the record again: the copy goes only after the record is there. */
  async function isOrphan(key: string, asin: string): Promise<boolean> {
    const [, imageId, attempt] = key.split('/');
    const copies = asin === '' ? new Set<string>() : await inventory.keysBelow('copies', `${asin}/`);
    if ([...copies].some((copy) => copy.endsWith(`/${imageId}/${attempt}`))) return false;
    return !(await shown(asin)).has(key);
  }

  return {
    name: 'orphaned pictures',
    async lookAtPage(after) {
      const { objects, next } = await inventory.objects('pictures', after);
      const orphans: string[] = [];
      const seen = new Map<string, Promise<ReadonlySet<string>>>();
      for (const { key, modifiedAt } of objects) {
        if (!isOld(modifiedAt)) continue;
        const [asin = ''] = key.split('/');
        const named = seen.get(asin) ?? shown(asin);
        seen.set(asin, named);
        if (!(await named).has(key) && (await isOrphan(key, asin))) orphans.push(key);
      }
      await inventory.remove('pictures', orphans);
      return { next, looked: objects.length, mended: orphans.length };
    },
  };
}
