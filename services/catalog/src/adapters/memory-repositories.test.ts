import { assetRepositoryContract } from '../contracts/asset-repository.contract.ts';
import { changeLogContract } from '../contracts/change-log.contract.ts';
import { countStoreContract } from '../contracts/count-store.contract.ts';
import { saltStoreContract } from '../contracts/salt-store.contract.ts';
import { snapshotShelfContract } from '../contracts/snapshot-shelf.contract.ts';
import { moderationLogContract } from '../contracts/moderation-log.contract.ts';
import { objectStoreContract } from '../contracts/object-store.contract.ts';
import { releaseRepositoryContract } from '../contracts/release-repository.contract.ts';
import { memoryAssetRepository } from './memory-asset-repository.ts';
import { memoryChangeLog } from './memory-change-log.ts';
import { memoryCountStore } from './memory-count-store.ts';
import { memorySaltStore } from './memory-salt-store.ts';
import { memorySnapshotShelf } from './memory-snapshot-shelf.ts';
import { memoryModerationLog } from './memory-moderation-log.ts';
import { memoryObjectStore } from './memory-object-store.ts';
import { memoryReleaseRepository } from './memory-release-repository.ts';

assetRepositoryContract('memory', () => {
  const assets = memoryAssetRepository();
  return { assets, put: (record) => assets.put(record) };
});
releaseRepositoryContract('memory', () => {
  const releases = memoryReleaseRepository();
  return { releases, put: (release) => releases.put(release) };
});
const sharedLog = memoryChangeLog();
changeLogContract('memory', () => sharedLog);
snapshotShelfContract('memory', async () => memorySnapshotShelf());
countStoreContract('memory', memoryCountStore);
saltStoreContract('memory', memorySaltStore);
moderationLogContract('memory', memoryModerationLog);
objectStoreContract('memory', () => {
  const store = memoryObjectStore();
  return {
    store,
    put: (key) => void store.keys.add(key),
    keys: (prefix) => [...store.keys].filter((key) => key.startsWith(prefix)),
  };
});
