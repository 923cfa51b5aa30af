const MACH_O = new Set(['cffaedfe', 'cefaedfe', 'feedfacf', 'feedface']);
const ELF_HEADER_BYTES = 64;

/** By nothing but the signatures that a system looks for before it loads a program. */
export function looksLikeProgram(bytes: Buffer): boolean {
  if (bytes.length < ELF_HEADER_BYTES) return false;
  if (MACH_O.has(bytes.toString('hex', 0, 4))) return true;
  if (bytes.toString('latin1', 0, 4) === '\u007fELF') return true;
  if (bytes.toString('latin1', 0, 2) !== 'MZ') return false;
  const at = bytes.readUInt32LE(0x3c);
  return bytes.toString('latin1', at, at + 4) === 'PE\0\0';
}
