import { rgbaToThumbHash } from 'thumbhash';

export interface ColourSample {
  readonly rgba: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What a page can show before the picture is there: a blur of it, and its most common colour. */
export function summariseColours({ rgba, width, height }: ColourSample) {
  const thumbhash = Buffer.from(rgbaToThumbHash(width, height, rgba)).toString('base64');
  return { thumbhash, dominant_color: dominantColour(rgba) };
}

const BITS = 4;

/** The mean colour of the fullest of 16 x 16 x 16 bins; what can be seen through counts less. */
function dominantColour(rgba: Uint8Array): string {
  // Of each bin: red, green, blue and alpha, as sums.
  const bins = new Float64Array(4 * 2 ** (3 * BITS));
  let fullest = 0;
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const r = rgba[at] ?? 0;
    const g = rgba[at + 1] ?? 0;
    const b = rgba[at + 2] ?? 0;
    const alpha = rgba[at + 3] ?? 0;
    const bin = 4 * (((r >> BITS) << (2 * BITS)) | ((g >> BITS) << BITS) | (b >> BITS));
    add(bins, bin, r * alpha);
    add(bins, bin + 1, g * alpha);
    add(bins, bin + 2, b * alpha);
    add(bins, bin + 3, alpha);
    if (weightOf(bins, bin) > weightOf(bins, fullest)) fullest = bin;
  }
  const weight = Math.max(1, weightOf(bins, fullest));
  const mean = Array.from(bins.subarray(fullest, fullest + 3), (sum) => Math.round(sum / weight));
  return `#${mean.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

const add = (bins: Float64Array, at: number, value: number): void => {
  bins[at] = (bins[at] ?? 0) + value;
};

const weightOf = (bins: Float64Array, bin: number): number => bins[bin + 3] ?? 0;
