import type { FieldError } from '@cairn/shared/errors/domain-error';
import { pathTree } from '@cairn/shared/fields/path-tree';
import type { DeclaredFile, UploadDeclaration } from './declaration.ts';
import { isProgramName, isProgramType } from '../inspecting/program-name.ts';
import type { Limits } from '../limits.ts';
import { REFUSALS } from '../refusals.ts';

/**
 * Everything that is wrong with a declaration by the rules that depend on configuration or on several fields;
 * the schema has checked the rest.
 */
export function checkDeclaration(declaration: UploadDeclaration, limits: Limits): FieldError[] {
  return [
    ...tooLargeFiles(declaration.files, limits),
    ...tooLargePictures(declaration.pictures, limits),
    ...furtherMainFiles(declaration.files),
    ...(limits.acceptPrograms ? [] : programs(declaration.files)),
    ...takenPaths(declaration.files, 'files'),
    ...takenPaths(declaration.pictures, 'pictures'),
  ];
}

const tooLargeFiles = (files: readonly DeclaredFile[], { maxFileBytes }: Limits): FieldError[] =>
  files.flatMap(({ size }, i) =>
    size <= maxFileBytes
      ? []
      : [
          {
            field: `/files/${i}/size`,
            code: 'upload.file_too_large',
            message: `must be at most ${maxFileBytes} bytes`,
            hint: 'Split the file, or pack it tighter; GET /v1/limits tells the limit.',
          },
        ],
  );

const tooLargePictures = (pictures: readonly { size: number }[], { maxPictureBytes }: Limits): FieldError[] =>
  pictures.flatMap(({ size }, i) =>
    size <= maxPictureBytes
      ? []
      : [
          {
            field: `/pictures/${i}/size`,
            code: 'upload.picture_too_large',
            message: `must be at most ${maxPictureBytes} bytes`,
            hint: 'The largest derivative is 1280 pixels wide: a smaller picture looks the same.',
          },
        ],
  );

function furtherMainFiles(files: readonly DeclaredFile[]): FieldError[] {
  const [, ...further] = files.flatMap((file, i) => (file.main ? [i] : []));
  return further.map((i) => ({
    field: `/files/${i}/main`,
    code: 'upload.two_main_files',
    message: 'only one file can be the main one',
    hint: 'The main file is what /download of the asset grants; leave `main` out everywhere else.',
  }));
}

/** What inspection would refuse for its name or its declared type alone, whatever the bytes are. */
function programs(files: readonly DeclaredFile[]): FieldError[] {
  const { hint } = REFUSALS['file.program'];
  return files.flatMap(({ path, content_type }, i) => {
    const field = isProgramName(path) ? 'path' : isProgramType(content_type) ? 'content_type' : undefined;
    if (field === undefined) return [];
    return [
      {
        field: `/files/${i}/${field}`,
        code: 'file.program',
        message: 'is of a program or an installer',
        hint,
      },
    ];
  });
}

/**
 * Files lie in one folder when they are downloaded, so the names of all have to find room, as in an archive.
 * Pictures are a set of their own.
 */
function takenPaths(declared: readonly { path: string }[], list: 'files' | 'pictures'): FieldError[] {
  const tree = pathTree();
  return declared.flatMap(({ path }, i) => {
    const taken = tree.add(path, 'file', i);
    if (taken === undefined) return [];
    return [
      {
        field: `/${list}/${i}/path`,
        code: 'upload.duplicate_path',
        message: `has no room beside /${list}/${taken.by}: it is the same path, or the same on some systems`,
        hint: 'Rename one: names must differ in more than case, accents or character width, and a file is no folder.',
      },
    ];
  });
}
