import type { NativeCode } from '../domain/inspecting/findings.ts';
import { identifyElf } from './native/elf.ts';
import { identifyMachO } from './native/mach-o.ts';
import { identifyPortableExecutable } from './native/portable-executable.ts';

/** Compiled code, by the first 64 KiB of a file: programs and libraries alike. */
export function identifyNativeCode(head: Uint8Array): NativeCode | undefined {
  return identifyPortableExecutable(head) ?? identifyElf(head) ?? identifyMachO(head);
}
