import { idempotencyStoreContract } from '../contracts/idempotency-store.contract.ts';
import { quotaLedgerContract } from '../contracts/quota-ledger.contract.ts';
import { uploadRepositoryContract } from '../contracts/upload-repository.contract.ts';
import { memoryIdempotencyStore } from './memory-idempotency-store.ts';
import { memoryQuotaLedger } from './memory-quota-ledger.ts';
import { memoryUploadRepository } from './memory-upload-repository.ts';

uploadRepositoryContract('memory', memoryUploadRepository);
quotaLedgerContract('memory', memoryQuotaLedger);
idempotencyStoreContract('memory', memoryIdempotencyStore);
