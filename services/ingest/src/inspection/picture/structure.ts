import { isWholeGif } from './gif-structure.ts';
import { isWholePng } from './png-structure.ts';
import { isWholeWebp } from './webp-structure.ts';

const CHECKS: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  'image/png': isWholePng,
  'image/gif': isWholeGif,
  'image/webp': isWholeWebp,
};

/** Whether a picture is all there, for the formats whose decoders are content with too little. */
export function checkStructure(bytes: Buffer, mediaType: string): boolean {
  return CHECKS[mediaType]?.(bytes) ?? true;
}
