import type { NativeCode } from '../../domain/inspecting/findings.ts';
import { bytesOf, type Bytes } from './bytes.ts';

const MACHINES: Readonly<Record<number, string>> = {
  3: 'x86',
  8: 'mips',
  20: 'ppc',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  258: 'loongarch64',
};
const RISCV = 243;
const SYSTEMS: Readonly<Record<number, string>> = { 2: 'netbsd', 6: 'solaris', 9: 'freebsd', 12: 'openbsd' };
const MAX_SEGMENTS = 64;
const INTERPRETER = 3;
const NOTE = 4;

/** Linux and whoever else uses ELF. Android is told by its note or its linker, where these are in the head. */
export function identifyElf(head: Uint8Array): NativeCode | undefined {
  if (Buffer.from(head.subarray(0, 4)).toString('latin1') !== '\u007fELF') return undefined;
  const is64 = head[4] === 2;
  const bytes = bytesOf(head, head[5] !== 2);
  const code = bytes.u16(18) ?? 0;
  const machine = code === RISCV ? `riscv${is64 ? 64 : 32}` : (MACHINES[code] ?? 'unknown');
  const system = SYSTEMS[head[7] ?? 0] ?? (isAndroid(bytes, is64) ? 'android' : 'linux');
  return { format: 'elf', platforms: [`${system}-${machine === 'x64' && !is64 ? 'x32' : machine}`] };
}

function isAndroid(bytes: Bytes, is64: boolean): boolean {
  const start = (is64 ? bytes.u64(32) : bytes.u32(28)) ?? 0;
  const size = bytes.u16(is64 ? 54 : 42) ?? 0;
  const count = Math.min(bytes.u16(is64 ? 56 : 44) ?? 0, MAX_SEGMENTS);
  for (let i = 0; i < count; i += 1) {
    const at = start + i * size;
    const type = bytes.u32(at);
    const offset = (is64 ? bytes.u64(at + 8) : bytes.u32(at + 4)) ?? 0;
    // Several notes can share a segment; this one is the first, or the only one, in what the NDK links.
    if (type === NOTE && bytes.u32(offset) === 8 && bytes.text(offset + 12, 8) === 'Android\0') return true;
    if (type === INTERPRETER && bytes.text(offset, 14) === '/system/bin/li') return true;
  }
  return false;
}
