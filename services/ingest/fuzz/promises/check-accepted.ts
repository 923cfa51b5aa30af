import type { Examined } from '../examine-case.ts';
import type { FuzzCase } from '../fuzz-case.ts';
import { promise } from './broken-promise.ts';
import { checkArchive } from './check-archive.ts';
import { checkMaterialLibrary, checkModel } from './check-model.ts';
import { checkPicture } from './check-picture.ts';
import { looksLikeProgram } from './program-signatures.ts';

/** Looks at what was accepted with other eyes than the inspector's. Rejects with `BrokenPromise`. */
export async function checkAccepted(
  subject: FuzzCase,
  examined: Extract<Examined, { outcome: 'accepted' }>,
): Promise<void> {
  const { facts } = examined;
  promise((facts.image !== undefined) === (subject.role === 'picture'), 'a picture has facts of a picture');
  if (facts.image !== undefined) return await checkPicture(subject.bytes, examined);
  promise(!looksLikeProgram(subject.bytes), 'no program is accepted as a file of its own');
  if (facts.archive !== undefined) checkArchive(subject.bytes, examined);
  if (facts.model !== undefined) checkModel(subject, facts.model);
  if (facts.material_library !== undefined) checkMaterialLibrary(subject, facts.material_library);
}
