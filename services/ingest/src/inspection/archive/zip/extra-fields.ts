import { crc32 } from 'node:zlib';
import { Rejected } from '../../rejected.ts';
import { fieldsOf, MAX_U32 } from './little-endian.ts';

const ZIP64 = 0x0001;
const PKWARE_UNIX = 0x000d;
const STRONG_ENCRYPTION = 0x0017;
const UNICODE_PATH = 0x7075;
const ASI_UNIX = 0x756e;
const AES = 0x9901;

// 6.3, the last version of the format that was given new methods.
const MAX_VERSION = 63;

/** Readers stop at entries that ask for more than they know. */
export function checkVersion(needed: number, what: string): void {
  if ((needed & 0xff) > MAX_VERSION) {
    throw new Rejected('archive.unsupported_method', `${what}: version ${needed}`);
  }
}

/** Refuses what encrypts, links or renames an entry behind its header; returns the zip64 field. */
export function checkExtraFields(extra: Uint8Array, name: Uint8Array, what: string): Uint8Array | undefined {
  let zip64: Uint8Array | undefined;
  let at = 0;
  for (; at + 4 <= extra.length;) {
    const fields = fieldsOf(extra);
    const id = fields.u16(at);
    const length = fields.u16(at + 2);
    const data = extra.subarray(at + 4, at + 4 + length);
    if (data.length < length) throw new Rejected('archive.malformed', `${what}: extra field`);
    at += 4 + length;
    if (id === ZIP64) {
      if (zip64 !== undefined) throw new Rejected('archive.ambiguous', `${what}: two zip64 fields`);
      zip64 = data;
    } else checkField(id, data, name, what);
  }
  // Aligning tools fill up with a few zeros.
  if (extra.subarray(at).some((byte) => byte !== 0))
    throw new Rejected('archive.malformed', `${what}: extra field`);
  return zip64;
}

function checkField(id: number, data: Uint8Array, name: Uint8Array, what: string): void {
  if (id === AES || id === STRONG_ENCRYPTION) throw new Rejected('archive.encrypted', what);
  // Behind its 12 bytes of times and owners is where a link leads, or which device it is.
  if (id === PKWARE_UNIX && data.length > 12) throw new Rejected('archive.link', what);
  if (id === ASI_UNIX) checkAsiUnix(data, what);
  if (id === UNICODE_PATH) checkUnicodePath(data, name, what);
}

function checkAsiUnix(data: Uint8Array, what: string): void {
  if (data.length < 14) throw new Rejected('archive.malformed', `${what}: extra field`);
  checkUnixMode(fieldsOf(data).u16(4), what);
  if (data.length > 14) throw new Rejected('archive.link', what);
}

const FILE_TYPE = 0o170000;
const ORDINARY = new Set([0, 0o100000, 0o040000]);

/** Files and folders only. */
export function checkUnixMode(mode: number, what: string): void {
  const type = mode & FILE_TYPE;
  if (type === 0o120000) throw new Rejected('archive.link', what);
  if (!ORDINARY.has(type)) throw new Rejected('archive.device', what);
}

// Some readers take this name instead of the header's, some of them only if its checksum is right.
function checkUnicodePath(data: Uint8Array, name: Uint8Array, what: string): void {
  const same =
    data.length >= 5 &&
    data[0] === 1 &&
    fieldsOf(data).u32(1) === crc32(name) &&
    Buffer.compare(data.subarray(5), name) === 0;
  if (!same) throw new Rejected('archive.ambiguous', `${what}: two names`);
}

/**
 * Replaces saturated 32-bit fields by those of the zip64 field, which holds the saturated ones only, or, from
 * some writers, all of them: then they have to agree.
 */
export function withZip64(short: readonly number[], zip64: Uint8Array | undefined, what: string): number[] {
  const saturated = short.filter((value) => value === MAX_U32).length;
  if (zip64 === undefined) {
    if (saturated > 0) throw new Rejected('archive.malformed', `${what}: no zip64 field`);
    return [...short];
  }
  const fields = fieldsOf(zip64);
  const long = Array.from({ length: Math.floor(zip64.length / 8) }, (_, i) => fields.u64(8 * i));
  if (zip64.length % 8 === 0 && long.length === saturated) {
    return short.map((value) => (value === MAX_U32 ? (long.shift() ?? value) : value));
  }
  const complete = zip64.length % 8 === 0 && long.length <= short.length;
  if (!complete || !long.every((value, i) => short[i] === MAX_U32 || short[i] === value)) {
    throw new Rejected('archive.ambiguous', `${what}: two sizes`);
  }
  const merged = short.map((value, i) => long[i] ?? value);
  if (short.some((value, i) => value === MAX_U32 && long[i] === undefined)) {
    throw new Rejected('archive.ambiguous', `${what}: two sizes`);
  }
  return merged;
}
