import { quotaLedgerContract } from '../domain/quota-ledger.contract.ts';
import { uploadRepositoryContract } from '../domain/upload-repository.contract.ts';
import { memoryQuotaLedger } from './memory-quota-ledger.ts';
import { memoryUploadRepository } from './memory-upload-repository.ts';

uploadRepositoryContract('memory', memoryUploadRepository);
quotaLedgerContract('memory', memoryQuotaLedger);
