import type { ModelFacts } from '../../domain/inspecting/findings.ts';
import type { ContentProbe } from '../content-probe.ts';
import { checkGltf } from './gltf/check-gltf.ts';
import { MODEL_LIMITS } from './limits.ts';
import { References } from './references.ts';
import { corrupt, refusing, tooComplex } from './refuse.ts';
import type { ModelSubject } from './subject.ts';

/** glTF as JSON, with its buffers and pictures embedded or beside it. */
export function gltfProbe({ path, size }: ModelSubject): ContentProbe<ModelFacts> {
  if (size > MODEL_LIMITS.gltfBytes)
    return refusing(tooComplex(`longer than ${MODEL_LIMITS.gltfBytes} bytes`));
  const bytes = new Uint8Array(size);
  let filled = 0;
  return {
    push(chunk) {
      if (filled + chunk.length > size) throw corrupt('longer than it was said to be');
      bytes.set(chunk, filled);
      filled += chunk.length;
    },
    end() {
      if (filled !== size) throw corrupt('cut off');
      return { format: 'gltf', ...checkGltf(bytes, new References(path)).facts };
    },
  };
}
