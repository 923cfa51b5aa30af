import type { ObjectInventory } from './object-inventory.ts';
import type { UploadRepository } from '../ports.ts';
import type { SlowPass } from './slow-pass.ts';
import { isOpen } from '../upload.ts';

export interface OrphanedIncomingDeps {
  uploads: Pick<UploadRepository, 'find'>;
  inventory: ObjectInventory;
  /** Whether something of that time is older than anything that may still be in somebody's hands. */
  isOld: (at: string) => boolean;
}

/** Objects in `incoming` whose upload is unknown or over: a PUT after the clean-up whose event was lost. */
export function orphanedObjects({ uploads, inventory, isOld }: OrphanedIncomingDeps): SlowPass {
  return {
    name: 'orphaned incoming objects',
    async lookAtPage(after) {
      const { objects, next } = await inventory.objects('incoming', after);
      const isOver = lookingUp(uploads);
      const orphans: string[] = [];
      for (const { key, modifiedAt } of objects) {
        if (isOld(modifiedAt) && (await isOver(key))) orphans.push(key);
      }
      await inventory.remove('incoming', orphans);
      return { next, looked: objects.length, mended: orphans.length };
    },
  };
}

/** Parts in `incoming` that no object will be made of. */
export function orphanedSendings({ uploads, inventory, isOld }: OrphanedIncomingDeps): SlowPass {
  return {
    name: 'orphaned sendings in parts',
    async lookAtPage(after) {
      const { sendings, next } = await inventory.sendings(after);
      const isOver = lookingUp(uploads);
      let mended = 0;
      for (const sending of sendings) {
        if (!isOld(sending.begunAt) || !(await isOver(sending.key))) continue;
        await inventory.abortSending(sending);
        mended += 1;
      }
      return { next, looked: sendings.length, mended };
    },
  };
}

/** Whether the upload of a key is over or was never there; one read for all of its files on the page. */
function lookingUp(uploads: Pick<UploadRepository, 'find'>): (key: string) => Promise<boolean> {
  const over = new Map<string, boolean>();
  return async (key) => {
    const [uploadId = ''] = key.split('/');
    const known = over.get(uploadId);
    if (known !== undefined) return known;
    const upload = uploadId === '' ? undefined : await uploads.find(uploadId);
    const isOver = upload === undefined || !isOpen(upload.state);
    over.set(uploadId, isOver);
    return isOver;
  };
}
