import { quotaLedgerContract } from '../contracts/quota-ledger.contract.ts';
import { uploadRepositoryContract } from '../contracts/upload-repository.contract.ts';
import { memoryQuotaLedger } from './memory-quota-ledger.ts';
import { memoryUploadRepository } from './memory-upload-repository.ts';

uploadRepositoryContract('memory', memoryUploadRepository);
quotaLedgerContract('memory', memoryQuotaLedger);
