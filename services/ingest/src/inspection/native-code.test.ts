import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  elfBytes,
  fatMachOBytes,
  javaClassBytes,
  machOBytes,
  peBytes,
} from '../testing/programs/program-bytes.ts';
import { identifyNativeCode } from './native-code.ts';

const X64 = 0x0100_0007;
const ARM64 = 0x0100_000c;

describe('native code', () => {
  it.each([
    ['windows-x64', peBytes()],
    ['windows-x86', peBytes({ machine: 0x14c })],
    ['windows-arm64', peBytes({ machine: 0xaa64 })],
    ['windows-unknown', peBytes({ machine: 0x9999 })],
    ['dotnet', peBytes({ machine: 0x14c, dotnet: 1 })],
    ['windows-x86', peBytes({ machine: 0x14c, dotnet: 3 })],
    ['windows-x64', peBytes({ dotnet: 0 })],
    ['linux-x64', elfBytes()],
    ['linux-arm64', elfBytes({ machine: 183 })],
    ['linux-x86', elfBytes({ bits: 32, machine: 3 })],
    ['linux-ppc64', elfBytes({ machine: 21, bigEndian: true })],
    ['linux-unknown', elfBytes({ machine: 9999 })],
    ['android-arm64', elfBytes({ machine: 183, android: true })],
    ['android-arm', elfBytes({ bits: 32, machine: 40, android: true })],
    ['macos-arm64', machOBytes()],
    ['macos-x64', machOBytes({ cpu: X64, platform: 1 })],
    ['macos-ppc', machOBytes({ cpu: 0x12, bits: 32, bigEndian: true })],
    ['ios-arm64', machOBytes({ platform: 2 })],
    ['ios-simulator-arm64', machOBytes({ platform: 7 })],
  ])('is told to be for %s', (platform, bytes) => {
    expect(identifyNativeCode(bytes)?.platforms).toEqual([platform]);
  });

  it('is told for each slice of a fat binary, also of one that is beyond the head', () => {
    const fat = fatMachOBytes([{ cpu: X64 }, { cpu: ARM64 }, { cpu: ARM64, platform: 2 }]);
    expect(identifyNativeCode(fat)).toEqual({
      format: 'mach-o',
      platforms: ['ios-arm64', 'macos-arm64', 'macos-x64'],
    });
    expect(identifyNativeCode(fat.subarray(0, 100))?.platforms).toEqual(['macos-arm64', 'macos-x64']);
  });

  it('is told from a Java class, which has the same magic, also with as many slices as Java has versions', () => {
    for (const version of [45, 52, 65, 80]) {
      expect(identifyNativeCode(javaClassBytes(version))).toBeUndefined();
      expect(identifyNativeCode(fatMachOBytes([{ cpu: X64 }], version))?.platforms).toContain('macos-x64');
    }
    expect(identifyNativeCode(javaClassBytes(45, 3))).toBeUndefined();
  });

  it('is seen when the header of a Windows program is pushed beyond the head', () => {
    const bytes = peBytes({ at: 100_000 }).subarray(0, 65_536);
    expect(identifyNativeCode(bytes)?.platforms).toEqual(['windows-unknown']);
  });

  it('is not seen in text that starts like it', () => {
    expect(identifyNativeCode(Buffer.from('MZ is how this text starts. '.repeat(10)))).toBeUndefined();
    expect(identifyNativeCode(Buffer.from('#!/bin/sh\n'))).toBeUndefined();
    expect(identifyNativeCode(Buffer.alloc(0))).toBeUndefined();
  });

  it('never makes the look at it fail, wherever the head is cut or changed', () => {
    const starts = fc.constantFrom(
      peBytes({ dotnet: 1 }),
      elfBytes({ android: true }),
      elfBytes({ bigEndian: true }),
      machOBytes({ platform: 2 }),
      fatMachOBytes([{ cpu: X64 }, {}]).subarray(0, 4300),
    );
    const changes = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(starts, changes, fc.nat(4300), (start, bytes, length) => {
        const head = Buffer.from(start.subarray(0, length));
        for (const [at, byte] of bytes) if (at < head.length) head[at] = byte;
        const found = identifyNativeCode(head);
        for (const platform of found?.platforms ?? []) expect(platform).toMatch(/^[a-z0-9_-]+$/);
      }),
      { numRuns: 2000 },
    );
  });
});
