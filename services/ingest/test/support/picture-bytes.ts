import { crc32, deflateSync } from 'node:zlib';

/** PNG of one colour in a few bytes, whatever its size. */
export function flatPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0], 8);
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, pngChunk('IHDR', header), pngChunk('IDAT', rows), pngChunk('IEND')]);
}

export function pngChunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}

/** With further chunks behind its header. */
export function pngWith(png: Buffer, ...chunks: readonly Buffer[]): Buffer {
  const headerEnd = 8 + 12 + 13;
  return Buffer.concat([png.subarray(0, headerEnd), ...chunks, png.subarray(headerEnd)]);
}

/** An animation of so many frames of one pixel. */
export function animatedGif(frames: number): Buffer {
  const header = Buffer.from('47494638396101000100800000ff000000ff00', 'hex');
  const frame = Buffer.from('21f90400000000002c0000000001000100000202440100', 'hex');
  return Buffer.concat([header, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])]);
}

/** An animated WebP whose frames are all the image of a still, lossless one. */
export function animatedWebp(still: Buffer, frames: number): Buffer {
  const image = still.subarray(12);
  const extended = Buffer.from([0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const frame = webpChunk('ANMF', Buffer.concat([Buffer.alloc(16), image]));
  const body = [webpChunk('VP8X', extended), webpChunk('ANIM', Buffer.alloc(6))];
  const whole = Buffer.concat([Buffer.from('WEBP'), ...body, ...Array.from({ length: frames }, () => frame)]);
  return webpChunk('RIFF', whole);
}

function webpChunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from(type, 'latin1'), length, data, Buffer.alloc(data.length % 2)]);
}

const text = (content: string) => Buffer.from(content, 'latin1');
const padded = (hex: string, length = 200) => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(length)]);

/** A beginning of each format that some libvips can open and that is not accepted, as minimal as it gets. */
export const OTHER_FORMATS: Readonly<Record<string, Buffer>> = {
  SVG: text(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  ),
  'SVG with a prolog': text(
    '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  ),
  PDF: text('%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF'),
  PPM: text('P6 1 1 255\nabc'),
  PBM: text('P1 1 1\n1\n'),
  PFM: text('PF\n1 1\n-1.0\n000000000000'),
  FITS: text('SIMPLE  =                    T'.padEnd(2880)),
  EXR: padded('762f310102000000'),
  'Radiance HDR': text('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n0000'),
  'libvips .v': padded('b6a6f208'),
  'JPEG XL': padded('ff0a'),
  'JPEG XL in boxes': padded('0000000c4a584c200d0a870a'),
  'JPEG 2000': padded('0000000c6a5020200d0a870a'),
  'JPEG 2000 stream': padded('ff4fff51'),
  HEIC: Buffer.concat([
    Buffer.from('0000001866747970', 'hex'),
    text('heic\0\0\0\0mif1heic'),
    Buffer.alloc(200),
  ]),
  BMP: padded('424d9a000000000000008a0000007c000000'),
  ICO: padded('00000100010001010000010020003000000016000000'),
  CUR: padded('00000200010001010000010020003000000016000000'),
  'Photoshop PSD': padded('384250530001'),
  'Analyze 7.5': padded('0000015c'),
  MAT: text('MATLAB 5.0 MAT-file'.padEnd(200)),
  CSV: text('1,2,3\n4,5,6\n'),
  'Canon CR2': padded('49492a00100000004352'),
  DICOM: Buffer.concat([Buffer.alloc(128), text('DICM'), Buffer.alloc(64)]),
  XCF: text('gimp xcf v011\0'.padEnd(64, '\0')),
  QOI: padded('716f6966000000010000000104'),
  'random bytes': Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 7919) % 251)),
  HTML: text('<!doctype html><script>alert(1)</script>'),
};
