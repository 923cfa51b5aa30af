import { assert, array, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';

import { createChecksum } from './checksums.ts';
import { crc32c } from './crc32c.ts';

test('CRC32C gives the check value of its definition, and the values of RFC 3720', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, index) => index)))).toBe(0x46dd794e);
});

test('CRC32C does not depend on how the bytes are cut', () => {
  assert(
    property(array(uint8Array({ maxLength: 40 })), (pieces) => {
      const inPieces = pieces.reduce((crc, piece) => crc32c(piece, crc), 0);
      expect(inPieces).toBe(crc32c(Buffer.concat(pieces)));
    }),
  );
});

test('checksums are big-endian, as S3 writes them', () => {
  const checksum = createChecksum('CRC32');
  checksum.update(Buffer.from('123456789'));
  expect(checksum.digest().toString('hex')).toBe('cbf43926');
});
