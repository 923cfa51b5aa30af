/* The starts of programs, right as far as a loader's first look goes, and with no code in them. */

export interface PortableExecutable {
  readonly machine?: number;
  /** Where the header is. */
  readonly at?: number;
  /** Flags of the .NET header, when there is one: 1 for nothing but intermediate code, 2 for 32 bits only. */
  readonly dotnet?: number;
}

export function peBytes({ machine = 0x8664, at = 0x80, dotnet }: PortableExecutable = {}): Buffer {
  const bytes = Buffer.alloc(at + 1024);
  bytes.write('MZ');
  bytes.writeUInt32LE(at, 0x3c);
  bytes.write('PE\0\0', at);
  bytes.writeUInt16LE(machine, at + 4);
  bytes.writeUInt16LE(1, at + 6);
  bytes.writeUInt16LE(240, at + 20);
  bytes.writeUInt16LE(0x020b, at + 24);
  bytes.writeUInt32LE(16, at + 24 + 108);
  const section = at + 24 + 240;
  const fileOffset = section + 40;
  bytes.writeUInt32LE(0x2000, section + 12);
  bytes.writeUInt32LE(0x200, section + 16);
  bytes.writeUInt32LE(fileOffset, section + 20);
  if (dotnet !== undefined) {
    bytes.writeUInt32LE(0x2000, at + 24 + 112 + 14 * 8);
    bytes.writeUInt32LE(dotnet, fileOffset + 16);
  }
  return bytes;
}

export interface Elf {
  readonly bits?: 32 | 64;
  readonly machine?: number;
  readonly bigEndian?: boolean;
  readonly android?: boolean;
}

export function elfBytes({ bits = 64, machine = 62, bigEndian = false, android = false }: Elf = {}): Buffer {
  const bytes = Buffer.alloc(256);
  const put = (value: number, at: number, size: number) =>
    bigEndian ? bytes.writeUIntBE(value, at, size) : bytes.writeUIntLE(value, at, size);
  bytes.write('\u007fELF', 'latin1');
  bytes[4] = bits / 32;
  bytes[5] = bigEndian ? 2 : 1;
  bytes[6] = 1;
  put(3, 16, 2);
  put(machine, 18, 2);
  const long = bits === 64;
  // Only the low half of a 64-bit number is written, wherever that is.
  put(64, long ? (bigEndian ? 36 : 32) : 28, 4);
  put(long ? 56 : 32, long ? 54 : 42, 2);
  put(1, long ? 56 : 44, 2);
  put(4, 64, 4);
  put(160, long ? (bigEndian ? 76 : 72) : 68, 4);
  if (android) {
    put(8, 160, 4);
    bytes.write('Android\0', 172);
  }
  return bytes;
}

export interface MachO {
  readonly cpu?: number;
  readonly bits?: 32 | 64;
  readonly bigEndian?: boolean;
  /** As in LC_BUILD_VERSION. */
  readonly platform?: number;
}

export function machOBytes({
  cpu = 0x0100_000c,
  bits = 64,
  bigEndian = false,
  platform,
}: MachO = {}): Buffer {
  const bytes = Buffer.alloc(96);
  const put = (value: number, at: number) =>
    bigEndian ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
  put(bits === 64 ? 0xfeed_facf : 0xfeed_face, 0);
  put(cpu, 4);
  put(platform === undefined ? 1 : 2, 16);
  const commands = bits === 64 ? 32 : 28;
  put(0x1b, commands);
  put(24, commands + 4);
  if (platform !== undefined) {
    put(0x32, commands + 24);
    put(24, commands + 28);
    put(platform, commands + 32);
  }
  return bytes;
}

export function fatMachOBytes(slices: readonly MachO[], count = slices.length): Buffer {
  const head = Buffer.alloc(4096);
  head.writeUInt32BE(0xcafe_babe, 0);
  head.writeUInt32BE(count, 4);
  const bodies = slices.map((slice) => machOBytes(slice));
  for (const [i, slice] of slices.entries()) {
    head.writeUInt32BE(slice.cpu ?? 0x0100_000c, 8 + i * 20);
    head.writeUInt32BE(4096 + i * 96, 16 + i * 20);
    head.writeUInt32BE(96, 20 + i * 20);
  }
  return Buffer.concat([head, ...bodies]);
}

export function javaClassBytes(major = 65, minor = 0): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32BE(0xcafe_babe, 0);
  bytes.writeUInt16BE(minor, 4);
  bytes.writeUInt16BE(major, 6);
  bytes.writeUInt16BE(29, 8);
  bytes[10] = 10;
  return bytes;
}

export interface CompoundFile {
  /** The sector of its directory. */
  readonly directory?: number;
  readonly installer?: boolean;
}

/** An MSI, or any other file of the same container. */
export function compoundFileBytes({ directory = 1, installer = true }: CompoundFile = {}): Buffer {
  const bytes = Buffer.alloc(512 * (directory + 2));
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes);
  bytes.writeUInt16LE(9, 0x1e);
  bytes.writeUInt32LE(directory, 0x30);
  if (installer) {
    Buffer.from('84100c0000000000c000000000000046', 'hex').copy(bytes, 512 * (directory + 1) + 80);
  }
  return bytes;
}

/** A zip as far as its local headers go, its entries empty. */
export function zipHeadBytes(names: readonly string[]): Buffer {
  return Buffer.concat(
    names.map((name) => {
      const header = Buffer.alloc(30);
      header.write('PK\u0003\u0004', 'latin1');
      header.writeUInt16LE(Buffer.byteLength(name), 26);
      return Buffer.concat([header, Buffer.from(name)]);
    }),
  );
}
