import type { Finding } from '../domain/inspecting/findings.ts';
import { inspectTar, inspectZip } from './archive/inspect-archive.ts';
import type { ByteSource } from './byte-source.ts';
import type { ContentProbe } from './content-probe.ts';
import { gunzipStart } from './gunzip-start.ts';
import { fitsDeclaration, identify, isTar, isZip } from './identify.ts';
import { referringProbe, type Referring } from './model/referring-probe.ts';
import { identifyNativeCode } from './native-code.ts';
import { inspectPicture } from './picture/inspect-picture.ts';
import { isProgramName } from '../domain/inspecting/program-name.ts';
import { identifyProgram, isAppPackage, isInstallerRoot, rootEntryOf } from './programs.ts';
import type { InspectionJob } from './protocol.ts';
import { Rejected } from './rejected.ts';

const MAX_REFERENCE_BYTES = 64 * 1024;

type Accepted = Extract<Finding, { outcome: 'accepted' }>;

/** Sees to every kind of file what can be seen. Throws `Rejected` for what can never be accepted. */
export async function inspectContent(job: InspectionJob, source: ByteSource): Promise<Finding> {
  if (job.role === 'picture') return inspectPicture(await source.whole(), job);

  if (!job.acceptPrograms) await refuseProgram(job, source);
  const media_type = await identify(job.head);
  if (!fitsDeclaration(job.declaredType, media_type)) {
    throw new Rejected('file.type_mismatch', `found ${media_type}`);
  }
  const inside = await lookInside(job, source);
  if (!job.acceptPrograms && isAppPackage(inside.archive?.entries.map(({ path }) => path) ?? [])) {
    throw new Rejected('file.program', 'found app-package');
  }
  return { outcome: 'accepted', media_type, ...inside };
}

async function refuseProgram({ head, path }: InspectionJob, source: ByteSource): Promise<void> {
  const program = identifyProgram(head);
  if (program !== undefined) throw new Rejected('file.program', `found ${program.format}`);
  if (isProgramName(path)) throw new Rejected('file.program', 'its name says so');
  // What a compound file is may be said far behind its head.
  const root = rootEntryOf(head);
  if (root === undefined || root.offset + root.length > source.size) return;
  if (isInstallerRoot(await source.read(root.offset, root.length))) {
    throw new Rejected('file.program', 'found msi');
  }
}

async function lookInside(
  { path, size, head }: InspectionJob,
  source: ByteSource,
): Promise<Pick<Accepted, 'archive' | 'native_code'> & Referring> {
  // An archive by its name whose bytes begin otherwise has something in front of it, or is none: its inspector
  // says. Tars of before POSIX have no signature.
  if (isZip(head) || /\.(?:zip|jar)$/i.test(path)) return { archive: await inspectZip(source) };
  if (isTar(head)) return { archive: await inspectTar(source, 'tar') };
  if (isTar(await gunzipStart(head)) || /\.(?:tgz|tar\.gz)$/i.test(path)) {
    return { archive: await inspectTar(source, 'tar.gz') };
  }
  if (/\.tar$/i.test(path)) return { archive: await inspectTar(source, 'tar') };
  const native_code = identifyNativeCode(head);
  if (native_code !== undefined) return { native_code };
  const probe = referringProbe({ path, size, head });
  return probe === undefined ? {} : await seen(source, probe);
}

async function seen(source: ByteSource, probe: ContentProbe<Referring>): Promise<Referring> {
  for await (const piece of source.stream()) probe.push(piece);
  const facts = probe.end();
  // They are kept with the file until the upload is complete.
  const names = [
    ...((facts.model ?? facts.material_library)?.references ?? []),
    ...(facts.model?.buffers ?? []).map(({ path }) => path),
  ];
  const bytes = names.reduce((sum, path) => sum + Buffer.byteLength(path), 0);
  if (bytes > MAX_REFERENCE_BYTES)
    throw new Rejected('model.too_complex', 'the names of its files are too long');
  return facts;
}
