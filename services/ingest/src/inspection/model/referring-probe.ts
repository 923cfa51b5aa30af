import type { MaterialLibrary, ModelFacts } from '../../domain/inspecting/findings.ts';
import type { ContentProbe } from '../content-probe.ts';
import { modelProbe } from './model-probe.ts';
import { mtlProbe } from './mtl-probe.ts';
import type { ModelSubject } from './subject.ts';

/** What was found in a file that names other files. */
export interface Referring {
  readonly model?: ModelFacts;
  readonly material_library?: MaterialLibrary;
}

/** For whatever names other files: models, and the material libraries of OBJ. Undefined: nothing that is parsed here. */
export function referringProbe(subject: ModelSubject): ContentProbe<Referring> | undefined {
  const model = modelProbe(subject);
  if (model !== undefined) return telling(model, (facts) => ({ model: facts }));
  if (!isMaterialLibrary(subject)) return undefined;
  return telling(mtlProbe(subject), ({ references }) => ({ material_library: { references } }));
}

const telling = <Facts>(
  probe: ContentProbe<Facts>,
  tell: (facts: Facts) => Referring,
): ContentProbe<Referring> => ({ push: (chunk) => probe.push(chunk), end: () => tell(probe.end()) });

// CryEngine has materials of this name in a binary form of its own.
const CRY_XML = Buffer.from('CryXmlB\0');

const isMaterialLibrary = ({ path, head }: ModelSubject): boolean =>
  /\.mtl$/i.test(path) && !CRY_XML.equals(head.subarray(0, CRY_XML.length));
