import { foldedName } from '@cairn/shared/fields/path-rules';

// Installers and apps alone: a plug-in (.dll, .so) or a package for an engine (.pkg) is told by its content.
const PROGRAM_NAME = /\.(?:exe|msi|msp|msix|msixbundle|appx|appxbundle|apk|apks|apkm|xapk|aab|ipa|deb|rpm)$/i;

/**
 * Whether a file says that it is a program to run or install, whatever its bytes are: systems go by that
 * name, and some readers look for a zip behind what is put in front of it.
 */
export function isProgramName(path: string): boolean {
  return PROGRAM_NAME.test(foldedName(path));
}

const PROGRAM_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.android.package-archive',
  'application/vnd.debian.binary-package',
  'application/vnd.microsoft.portable-executable',
  'application/x-debian-package',
  'application/x-dosexec',
  'application/x-elf',
  'application/x-executable',
  'application/x-mach-binary',
  'application/x-ms-installer',
  'application/x-msdownload',
  'application/x-msi',
  'application/x-rpm',
]);

/** Whether a media type is that of programs alone: what has it is refused, and what has it not is misdeclared. */
export const isProgramType = (contentType: string): boolean => PROGRAM_TYPES.has(contentType);
