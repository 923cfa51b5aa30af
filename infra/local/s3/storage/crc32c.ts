const POLYNOMIAL = 0x82f63b78;

// Slicing by eight: Node has no CRC32C of its own, and a byte at a time would be slower than the disk.
const TABLES = buildTables();

function buildTables(): Uint32Array[] {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
  const [first = new Uint32Array(256)] = tables;
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    first[byte] = value >>> 0;
  }
  for (let table = 1; table < 8; table += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const previous = tables[table - 1]?.[byte] ?? 0;
      const next = tables[table];
      if (next) next[byte] = ((previous >>> 8) ^ (first[previous & 0xff] ?? 0)) >>> 0;
    }
  }
  return tables;
}

/** Continues from `previous`, like `zlib.crc32`. */
export function crc32c(data: Uint8Array, previous = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const at = (table: Uint32Array, index: number) => table[index] ?? 0;
  const byteAt = (index: number) => data[index] ?? 0;
  let crc = ~previous;
  let offset = 0;
  for (const end = data.length - 7; offset < end; offset += 8) {
    crc ^=
      byteAt(offset) | (byteAt(offset + 1) << 8) | (byteAt(offset + 2) << 16) | (byteAt(offset + 3) << 24);
    crc =
      at(t7, crc & 0xff) ^
      at(t6, (crc >>> 8) & 0xff) ^
      at(t5, (crc >>> 16) & 0xff) ^
      at(t4, crc >>> 24) ^
      at(t3, byteAt(offset + 4)) ^
      at(t2, byteAt(offset + 5)) ^
      at(t1, byteAt(offset + 6)) ^
      at(t0, byteAt(offset + 7));
  }
  for (; offset < data.length; offset += 1) crc = (crc >>> 8) ^ at(t0, (crc ^ byteAt(offset)) & 0xff);
  return ~crc >>> 0;
}
