import sharp from 'sharp';

const [WIDTH, HEIGHT] = [3840, 2560];
/** Chosen for about 3 MB: a photograph's detail and grain rather than a drawing's flat areas. */
const QUALITY = 90;
const GRAIN = 28;

/** Gradients under grain, as a camera's JPEG of 3 MB; the same bytes for the same version of sharp. */
export async function noisyJpeg(): Promise<Buffer> {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  let random = 1;
  for (let y = 0, at = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1, at += 3) {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
      const grain = ((random >>> 16) / 65_535 - 0.5) * GRAIN;
      pixels[at] = 40 + (x / WIDTH) * 170 + grain;
      pixels[at + 1] = 60 + (y / HEIGHT) * 130 + grain;
      pixels[at + 2] = 128 + 80 * Math.sin(x / 90 + y / 140) + grain;
    }
  }
  return await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}
