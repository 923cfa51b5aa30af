import type { NativeCode } from '../../domain/inspecting/findings.ts';
import { bytesOf } from './bytes.ts';

const CPUS: Readonly<Record<number, string>> = {
  0x0000_0007: 'x86',
  0x0100_0007: 'x64',
  0x0000_000c: 'arm',
  0x0100_000c: 'arm64',
  0x0200_000c: 'arm64_32',
  0x0000_0012: 'ppc',
  0x0100_0012: 'ppc64',
};
const SYSTEMS: Readonly<Record<number, string>> = {
  1: 'macos',
  2: 'ios',
  3: 'tvos',
  4: 'watchos',
  6: 'macos',
  7: 'ios-simulator',
  8: 'tvos-simulator',
  9: 'watchos-simulator',
  11: 'visionos',
  12: 'visionos-simulator',
};
/** Load commands of before LC_BUILD_VERSION. */
const MINIMUM_VERSIONS: Readonly<Record<number, string>> = {
  0x24: 'macos',
  0x25: 'ios',
  0x2f: 'tvos',
  0x30: 'watchos',
};
const BUILD_VERSION = 0x32;
const MAX_COMMANDS = 1024;
const MAX_SLICES = 64;
const FIRST_JAVA_VERSION = 45;

/** Programs and libraries of Apple's systems, for one machine or several. */
export function identifyMachO(head: Uint8Array): NativeCode | undefined {
  const slices = thin(head) ?? fat(head);
  if (slices === undefined) return undefined;
  return { format: 'mach-o', platforms: [...new Set(slices)].toSorted() };
}

function thin(head: Uint8Array): string[] | undefined {
  const magic = bytesOf(head, false).u32(0);
  const is64 = magic === 0xfeed_facf || magic === 0xcffa_edfe;
  if (!is64 && magic !== 0xfeed_face && magic !== 0xcefa_edfe) return undefined;
  const bytes = bytesOf(head, magic === 0xcffa_edfe || magic === 0xcefa_edfe);
  const cpu = CPUS[bytes.u32(4) ?? 0] ?? 'unknown';
  const commands = Math.min(bytes.u32(16) ?? 0, MAX_COMMANDS);
  let system = 'macos';
  for (let i = 0, at = is64 ? 32 : 28; i < commands; i += 1) {
    const command = bytes.u32(at);
    const size = bytes.u32(at + 4);
    if (command === undefined || size === undefined || size < 8) break;
    const found = command === BUILD_VERSION ? SYSTEMS[bytes.u32(at + 8) ?? 0] : MINIMUM_VERSIONS[command];
    if (found !== undefined) {
      system = found;
      break;
    }
    at += size;
  }
  return [`${system}-${cpu}`];
}

function fat(head: Uint8Array): string[] | undefined {
  const magic = bytesOf(head, false).u32(0);
  const is64 = magic === 0xcafe_babf || magic === 0xbfba_feca;
  const isSwapped = magic === 0xbeba_feca || magic === 0xbfba_feca;
  if (!is64 && !isSwapped && magic !== 0xcafe_babe) return undefined;
  const bytes = bytesOf(head, isSwapped);
  const count = bytes.u32(4) ?? 0;
  // A Java class has the same first bytes and then its version. Where the machine of the first slice is, a class
  // has the size of its constant pool and the kind of its first constant, which no known machine reads as.
  if (count >= FIRST_JAVA_VERSION && CPUS[bytes.u32(8) ?? 0] === undefined) return undefined;
  const slices: string[] = [];
  for (let i = 0; i < Math.min(count, MAX_SLICES); i += 1) {
    const at = 8 + i * (is64 ? 32 : 20);
    const cpu = bytes.u32(at);
    const offset = is64 ? bytes.u64(at + 8) : bytes.u32(at + 8);
    if (cpu === undefined || offset === undefined) break;
    slices.push(...(thin(head.subarray(offset)) ?? [`macos-${CPUS[cpu] ?? 'unknown'}`]));
  }
  return slices.length > 0 ? slices : ['macos-unknown'];
}
