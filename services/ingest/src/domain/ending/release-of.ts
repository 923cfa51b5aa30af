import type { ModelSummary, ReleaseFile, ReleaseRecord } from '@cairn/shared/records/release-record';
import { boundedWords, nativeCodeSummary } from '../inspecting/file-facts.ts';
import type { ModelFacts } from '../inspecting/findings.ts';
import type { FileFacts, Upload, UploadFile } from '../upload.ts';

/** The release that an upload becomes: the same one however often it is asked. */
export function releaseOf(upload: Upload, files: readonly UploadFile[]): ReleaseRecord {
  const known = files.flatMap((file) =>
    file.role === 'file' && file.facts !== undefined ? [{ ...file, facts: file.facts }] : [],
  );
  const content = known.map(releaseFileOf);
  return {
    asin: upload.asin,
    release_id: upload.release_id,
    version: upload.version,
    upload_id: upload.upload_id,
    user_id: upload.user_id,
    compatible_engine_ver: [...upload.compatible_engine_ver],
    note: upload.note,
    size: content.reduce((sum, file) => sum + file.size, 0),
    files: content,
    main_file_id: upload.main_file_id,
    ...nativeCode(known),
    ...fileWords(known),
    // Of the declaration, not of now: a repeated publication must write the same release.
    date_posted: upload.created_at,
  };
}

type KnownFile = UploadFile & { facts: FileFacts };

function releaseFileOf({ file_id, path, size, sha256, facts }: KnownFile): ReleaseFile {
  const { key, media_type, archive, model } = facts;
  return {
    file_id,
    path,
    key,
    size,
    sha256,
    media_type,
    ...(archive === undefined ? {} : { archive }),
    ...(model === undefined ? {} : { model: withoutReferences(model) }),
  };
}

/** Whose files are there has been checked; the record does not repeat their names. */
function withoutReferences(model: ModelFacts): ModelSummary {
  const { format, meshes, triangles, materials, textures, animations } = model;
  return { format, meshes, triangles, materials, textures, animations };
}

function nativeCode(files: readonly KnownFile[]): Pick<ReleaseRecord, 'native_code'> {
  const found = files.flatMap(({ path, facts }) =>
    facts.native_code === undefined ? [] : [{ path, archive: facts.archive, ...facts.native_code }],
  );
  if (found.length === 0) return {};
  const shown = found.flatMap((each) =>
    each.archive === undefined
      ? each.files
      : each.files.map((file) => ({ ...file, path: `${each.path}!/${file.path}` })),
  );
  const count = found.reduce((sum, each) => sum + each.count, 0);
  return {
    native_code: nativeCodeSummary(
      count,
      shown,
      found.flatMap(({ platforms }) => platforms),
    ),
  };
}

function fileWords(files: readonly KnownFile[]): Pick<ReleaseRecord, 'file_words'> {
  const words = boundedWords(files.flatMap(({ facts }) => facts.words ?? []));
  return words.length === 0 ? {} : { file_words: words };
}
