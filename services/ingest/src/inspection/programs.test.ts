import { describe, expect, it } from 'vitest';
import {
  compoundFileBytes,
  elfBytes,
  machOBytes,
  peBytes,
  zipHeadBytes,
  javaClassBytes,
} from '../testing/programs/program-bytes.ts';
import { isProgramName } from '../domain/inspecting/program-name.ts';
import { identifyProgram, isAppPackage, isInstallerRoot, rootEntryOf } from './programs.ts';

describe('programs and installers', () => {
  it.each([
    ['pe', peBytes()],
    ['elf', elfBytes()],
    ['mach-o', machOBytes()],
    ['msi', compoundFileBytes()],
    ['app-package', zipHeadBytes(['META-INF/MANIFEST.MF', 'AndroidManifest.xml', 'classes2.dex'])],
    ['app-package', zipHeadBytes(['Payload/Game.app/Info.plist'])],
    ['deb', Buffer.from('!<arch>\ndebian-binary   1410122664')],
    ['rpm', Buffer.from('edabeedb03000000', 'hex')],
    ['xar', Buffer.from('xar!\0\u001c\0\u0001')],
  ])('are seen by content: %s', (format, head) => {
    expect(identifyProgram(head)).toEqual({ format });
  });

  it.each([
    ['a shell script', Buffer.from('#!/bin/sh\nrm -rf /\n')],
    ['a Java class', javaClassBytes()],
    ['another compound file', compoundFileBytes({ installer: false })],
    ['an Android library', zipHeadBytes(['AndroidManifest.xml', 'classes.jar', 'R.txt'])],
    ['a zip', zipHeadBytes(['plugin/AndroidManifest.xml', 'plugin/classes.dex'])],
    ['a static library', Buffer.from('!<arch>\nmember.o/       ')],
    ['nothing', Buffer.alloc(0)],
  ])('are not seen in %s', (_, head) => {
    expect(identifyProgram(head)).toBeUndefined();
  });

  it('an installer whose directory is beyond the head says where to look', () => {
    const bytes = compoundFileBytes({ directory: 1000 });
    const head = bytes.subarray(0, 65_536);
    expect(identifyProgram(head)).toBeUndefined();
    const root = rootEntryOf(head);
    expect(root).toEqual({ offset: 512 * 1001, length: 128 });
    expect(isInstallerRoot(bytes.subarray(512 * 1001, 512 * 1001 + 128))).toBe(true);
    expect(isInstallerRoot(bytes.subarray(0, 128))).toBe(false);
  });

  it.each([
    ['APK', ['AndroidManifest.xml', 'resources.arsc']],
    ['AAB', ['BundleConfig.pb', 'base/manifest/AndroidManifest.xml']],
    ['XAPK', ['manifest.json', 'com.example.game.apk']],
    ['IPA', ['Payload/Game.app/Game']],
    ['MSIX', ['AppxManifest.xml', 'AppxBlockMap.xml']],
  ])('an archive with the listing of an %s is one', (_, paths) => {
    expect(isAppPackage(paths)).toBe(true);
    expect(isAppPackage(paths.map((path) => `plugin/${path}`))).toBe(false);
  });

  it.each([
    'game.apk',
    'a/Game.EXE',
    'x.aab',
    'x.ipa',
    'x.xapk',
    'x.msi',
    'x.ａｐｋ',
    'x.apk\u200d',
    'x.exe\ufe0f',
  ])('are seen by name: %s', (path) => {
    expect(isProgramName(path)).toBe(true);
  });

  it.each(['apk', 'exe/readme.txt', 'x.exe.txt', 'plug-in.dll', 'a.so', 'x.jar', 'x.pkg', 'x.glb'])(
    'are not seen in the name %s',
    (path) => {
      expect(isProgramName(path)).toBe(false);
    },
  );

  it('looks at a head full of headers once', () => {
    const started = process.threadCpuUsage();
    expect(identifyProgram(Buffer.from('PK\u0003\u0004'.repeat(16_384), 'latin1'))).toBeUndefined();
    const { user, system } = process.threadCpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(200);
  });
});
