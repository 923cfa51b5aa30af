import { searchIndexContract } from '../contracts/search-index.contract.ts';
import { memorySearchIndex } from './memory-search-index.ts';

searchIndexContract('memory', memorySearchIndex);
