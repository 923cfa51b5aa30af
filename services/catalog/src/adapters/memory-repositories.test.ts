import { assetRepositoryContract } from '../contracts/asset-repository.contract.ts';
import { changeLogContract } from '../contracts/change-log.contract.ts';
import { downloadCounterContract } from '../contracts/download-counter.contract.ts';
import { objectStoreContract } from '../contracts/object-store.contract.ts';
import { releaseRepositoryContract } from '../contracts/release-repository.contract.ts';
import { memoryAssetRepository } from './memory-asset-repository.ts';
import { memoryChangeLog } from './memory-change-log.ts';
import { memoryDownloadCounter } from './memory-download-counter.ts';
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
downloadCounterContract('memory', memoryDownloadCounter);
objectStoreContract('memory', () => {
  const store = memoryObjectStore();
  return {
    store,
    put: (key) => void store.keys.add(key),
    keys: (prefix) => [...store.keys].filter((key) => key.startsWith(prefix)),
  };
});
