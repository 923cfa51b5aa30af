import { namesRelease, type Publication } from '@cairn/shared/records/publication';
import { namedKeys } from './named-keys.ts';
import type { ObjectInventory, Shelf } from './object-inventory.ts';
import type { PublishedRecords } from './published-records.ts';
import type { SlowPass } from './slow-pass.ts';

/** Something that is served has lost bytes. Nobody mends that but a person, with a backup. */
export interface MissingObjects {
  readonly asin: string;
  readonly releaseId: string | undefined;
  readonly missing: number;
}

export interface MissingObjectsDeps {
  records: PublishedRecords;
  publication: Pick<Publication, 'findAsset'>;
  inventory: ObjectInventory;
  report: (found: MissingObjects) => void;
}

/**
 * Releases whose files are not all there. Reported, never repaired: the record is the only trace of what is
 * lost. The asset is read last, so that one that is being deleted is not taken for a loss.
 */
export function missingFiles({ records, publication, inventory, report }: MissingObjectsDeps): SlowPass {
  return {
    name: 'missing files',
    async lookAtPage(after) {
      const { releases, next } = await records.releases(after);
      for (const release of releases) {
        const { asin, release_id } = release;
        const named = namedKeys(release, asin);
        const missing = await countMissing(inventory, 'copies', `${asin}/${release_id}/`, named);
        if (missing === 0 || !namesRelease(await publication.findAsset(asin), release_id)) continue;
        report({ asin, releaseId: release_id, missing });
      }
      return { next, looked: releases.length, mended: 0 };
    },
  };
}

/** The same for the pictures of assets. */
export function missingPictures({ records, publication, inventory, report }: MissingObjectsDeps): SlowPass {
  return {
    name: 'missing pictures',
    async lookAtPage(after) {
      const { assets, next } = await records.assets(after);
      for (const { asin, images } of assets) {
        const named = namedKeys(images, asin);
        if ((await countMissing(inventory, 'pictures', `${asin}/`, named)) === 0) continue;
        const now = await publication.findAsset(asin);
        if (now?.status !== 'published') continue;
        const stillNamed = namedKeys(now.images, asin);
        const missing = await countMissing(inventory, 'pictures', `${asin}/`, stillNamed);
        if (missing > 0) report({ asin, releaseId: undefined, missing });
      }
      return { next, looked: assets.length, mended: 0 };
    },
  };
}

async function countMissing(
  inventory: ObjectInventory,
  shelf: Shelf,
  prefix: string,
  named: ReadonlySet<string>,
): Promise<number> {
  if (named.size === 0) return 0;
  const there = await inventory.keysBelow(shelf, prefix);
  return [...named].filter((key) => !there.has(key)).length;
}
