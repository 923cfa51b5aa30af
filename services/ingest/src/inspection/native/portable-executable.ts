import type { NativeCode } from '../../domain/inspecting/findings.ts';
import { bytesOf, type Bytes } from './bytes.ts';

const MACHINES: Readonly<Record<number, string>> = {
  0x014c: 'x86',
  0x8664: 'x64',
  0xaa64: 'arm64',
  0xa641: 'arm64',
  0xa64e: 'arm64',
  0x01c0: 'arm',
  0x01c4: 'arm',
  0x0200: 'ia64',
};
const SECTION_BYTES = 40;
const MAX_SECTIONS = 96;
const DOS_HEADER = 64;
// Text that starts with MZ reads as a far larger offset.
const MAX_HEADER_OFFSET = 0x0900_0000;

/** Windows programs and libraries; managed .NET code that runs on any machine is `dotnet`. */
export function identifyPortableExecutable(head: Uint8Array): NativeCode | undefined {
  const bytes = bytesOf(head, true);
  const offset = bytes.u32(0x3c);
  if (bytes.text(0, 2) !== 'MZ' || offset === undefined) return undefined;
  if (bytes.text(offset, 4) === 'PE\0\0') return { format: 'pe', platforms: [platformOf(bytes, offset)] };
  // Windows finds the header wherever it is: one beyond the head is a program of an unknown machine.
  if (offset + 6 > head.length && offset < MAX_HEADER_OFFSET) {
    return { format: 'pe', platforms: ['windows-unknown'] };
  }
  return head.subarray(0, DOS_HEADER).includes(0) ? { format: 'pe', platforms: ['dos'] } : undefined;
}

function platformOf(bytes: Bytes, offset: number): string {
  if (isPureDotnet(bytes, offset)) return 'dotnet';
  return `windows-${MACHINES[bytes.u16(offset + 4) ?? 0] ?? 'unknown'}`;
}

function isPureDotnet(bytes: Bytes, offset: number): boolean {
  const optional = offset + 24;
  const directories = optional + (bytes.u16(optional) === 0x020b ? 112 : 96);
  // The count of directories is the field before them; the 15th is that of .NET.
  if ((bytes.u32(directories - 4) ?? 0) < 15) return false;
  const address = bytes.u32(directories + 14 * 8) ?? 0;
  if (address === 0) return false;
  const sections = optional + (bytes.u16(offset + 20) ?? 0);
  const count = Math.min(bytes.u16(offset + 6) ?? 0, MAX_SECTIONS);
  for (let i = 0; i < count; i += 1) {
    const at = sections + i * SECTION_BYTES;
    const start = bytes.u32(at + 12) ?? 0;
    if (address < start || address >= start + (bytes.u32(at + 16) ?? 0)) continue;
    const flags = bytes.u32(address - start + (bytes.u32(at + 20) ?? 0) + 16) ?? 0;
    // Nothing but intermediate code, and no demand for 32 bits.
    return (flags & 0b11) === 0b01;
  }
  return false;
}
