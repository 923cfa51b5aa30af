import type { NativeCode } from '../domain/inspecting/findings.ts';
import { identifyNativeCode } from './native-code.ts';
import { bytesOf } from './native/bytes.ts';

/** A program or an installer as a file of its own, which is refused; in an archive it is normal. */
export interface Program {
  readonly format: NativeCode['format'] | 'msi' | 'app-package' | 'deb' | 'rpm' | 'xar';
}

/**
 * By the first 64 KiB of a file. Two kinds can say what they are further back only: for a compound file whose
 * root entry is not in the head ask `rootEntryOf`, for a zip ask `isAppPackage` with its whole listing.
 */
export function identifyProgram(head: Uint8Array): Program | undefined {
  const native = identifyNativeCode(head);
  if (native !== undefined) return { format: native.format };
  const start = Buffer.from(head.subarray(0, 32)).toString('latin1');
  if (start.startsWith('!<arch>\ndebian-binary')) return { format: 'deb' };
  if (start.startsWith('\u00ed\u00ab\u00ee\u00db')) return { format: 'rpm' };
  if (start.startsWith('xar!\0')) return { format: 'xar' };
  const root = rootEntryOf(head);
  if (root !== undefined && isInstallerRoot(head.subarray(root.offset, root.offset + root.length))) {
    return { format: 'msi' };
  }
  return isAppPackage(firstNames(head)) ? { format: 'app-package' } : undefined;
}

const COMPOUND = 'd0cf11e0a1b11ae1';
const ROOT_ENTRY_BYTES = 128;
// Microsoft Installer: packages, patches and transforms.
const INSTALLER_CLASS = /^8[246]100c0000000000c000000000000046$/;

/** Where a compound file (MSI, but old Office and 3ds Max files too) has its root entry. */
export function rootEntryOf(head: Uint8Array): { offset: number; length: number } | undefined {
  if (Buffer.from(head.subarray(0, 8)).toString('hex') !== COMPOUND) return undefined;
  const bytes = bytesOf(head, true);
  const shift = bytes.u16(0x1e);
  const sector = bytes.u32(0x30);
  if ((shift !== 9 && shift !== 12) || sector === undefined) return undefined;
  return { offset: (sector + 1) * 2 ** shift, length: ROOT_ENTRY_BYTES };
}

/** Whether the root entry of a compound file makes it an installer. */
export function isInstallerRoot(entry: Uint8Array): boolean {
  return INSTALLER_CLASS.test(Buffer.from(entry.subarray(80, 96)).toString('hex'));
}

/** Whether an archive with these paths is an app to install: APK, AAB, XAPK, IPA, MSIX. An AAR is a library. */
export function isAppPackage(paths: Iterable<string>): boolean {
  const seen = new Set<string>();
  for (const path of paths) {
    if (/^Payload\/[^/]+\.app\//.test(path)) return true;
    if (/^(?:classes\d*\.dex|resources\.arsc)$/.test(path)) seen.add('android code');
    else if (/^[^/]+\.apk$/i.test(path)) seen.add('apk');
    else seen.add(path);
  }
  return (
    (seen.has('AndroidManifest.xml') && seen.has('android code')) ||
    seen.has('base/manifest/AndroidManifest.xml') ||
    (seen.has('AppxManifest.xml') && seen.has('AppxBlockMap.xml')) ||
    seen.has('AppxMetadata/AppxBundleManifest.xml') ||
    (seen.has('apk') && (seen.has('manifest.json') || seen.has('info.json')))
  );
}

const LOCAL_HEADER = Buffer.from('PK\u0003\u0004', 'latin1');
const LOCAL_HEADER_BYTES = 30;

const MAX_NAMES = 1000;
const MAX_NAME_BYTES = 256;

/** The names of a zip's entries as far as the head goes. A hint alone: the listing is at the zip's end. */
function firstNames(head: Uint8Array): string[] {
  const zip = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const names: string[] = [];
  let at = zip.subarray(0, 4).equals(LOCAL_HEADER) ? 0 : -1;
  while (at !== -1 && at + LOCAL_HEADER_BYTES <= zip.length && names.length < MAX_NAMES) {
    const start = at + LOCAL_HEADER_BYTES;
    const length = zip.readUInt16LE(at + 26);
    if (length <= MAX_NAME_BYTES) names.push(zip.toString('latin1', start, start + length));
    at = zip.indexOf(LOCAL_HEADER, start);
  }
  return names;
}
