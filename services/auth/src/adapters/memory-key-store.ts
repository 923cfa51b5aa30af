import { silentLogger } from '@cairn/shared/logging/logger';
import type { SigningKeyStorage } from '../domain/ports.ts';
import { memoryKeyStorage } from './memory-key-storage.ts';
import { openKeyStore, type StoredKeyStore } from './stored-key-store.ts';

export const memoryKeyStore = (storage: SigningKeyStorage = memoryKeyStorage()): Promise<StoredKeyStore> =>
  openKeyStore(storage, { now: () => new Date(), logger: silentLogger() });
