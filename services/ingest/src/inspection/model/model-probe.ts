import type { ModelFacts } from '../../domain/inspecting/findings.ts';
import type { ContentProbe } from '../content-probe.ts';
import { identifyNativeCode } from '../native-code.ts';
import { glbProbe, isGlb } from './glb-probe.ts';
import { gltfProbe } from './gltf-probe.ts';
import { objProbe } from './obj-probe.ts';
import { stlProbe } from './stl-probe.ts';
import type { ModelSubject } from './subject.ts';

/**
 * What checks this model, or undefined when it is none that is parsed here. GLB is known by its content; the
 * others have no signature and go by their names.
 */
export function modelProbe(subject: ModelSubject): ContentProbe<ModelFacts> | undefined {
  if (isGlb(subject.head)) return glbProbe(subject);
  switch (/\.[a-z]+$/.exec(subject.path.toLowerCase())?.[0]) {
    case '.glb':
      return glbProbe(subject);
    case '.gltf':
      return gltfProbe(subject);
    case '.obj':
      // Compilers call their output .obj too.
      return isObjectFile(subject.head) ? undefined : objProbe(subject);
    case '.stl':
      return stlProbe(subject);
    case undefined:
    default:
      return undefined;
  }
}

/** The machines that COFF starts with; it goes on with numbers that have zeros in them. */
const COFF = new Set(['4c01', '6486', '64aa', 'c401', '41a6']);
const COFF_HEADER_BYTES = 20;

function isObjectFile(head: Uint8Array): boolean {
  const header = Buffer.from(head.subarray(0, COFF_HEADER_BYTES));
  const start = header.toString('hex');
  // With many sections, or of intermediate code, it starts otherwise.
  if (start.startsWith('0000ffff') || identifyNativeCode(head) !== undefined) return true;
  return header.length === COFF_HEADER_BYTES && COFF.has(start.slice(0, 4)) && start.slice(32, 36) === '0000';
}
