import path from 'node:path';
import type { Mention, MarkdownDocument } from './parse-markdown.ts';
import type { Repository } from './repository.ts';

export interface BrokenReference {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

/** Folders that the product makes when it runs; documents may name paths in them. */
const EXAMPLE_FOLDERS = ['.cairn/', 'node_modules/', 'coverage/', '../shared/'];

// A path as people write one: no blanks, placeholders or URL parts, and a `/` or an extension that we use.
const PATH = /^(?:\.{1,2}\/)*[\w@.*-]+(?:\/[\w@.*-]+)*\/?$/;
const FILE_NAME =
  /^[\w@*-][\w@.*-]*\.(?:ts|mts|js|mjs|json|md|ya?ml|sh|toml|test|tsbuildinfo)$|^(?:Dockerfile|LICENSE)$|^\.[\w.-]+$/;
const VARIABLE = /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=.*)?$/;
const NPM_RUN = /\bnpm run(?:-script)? ([\w:.-]+)/g;
const NPM_SHORTHAND = /\bnpm (start|test|stop|restart)\b/g;
const NODE_SCRIPT = /\bnode ((?:[\w@.-]+\/)*[\w@.-]+\.(?:ts|mjs|js))/g;

/** Every reference of one document that leads nowhere. */
export function checkDocument(
  file: string,
  documents: ReadonlyMap<string, MarkdownDocument>,
  repository: Repository,
): BrokenReference[] {
  const document = documents.get(file);
  if (document === undefined) throw new Error(`${file} has not been read`);
  return document.mentions
    .filter((mention) => !document.ignored.has(mention.text))
    .flatMap((mention) => {
      const reasons =
        mention.kind === 'link'
          ? checkLink(mention.text, file, documents, repository)
          : checkCode(mention, file, repository);
      return reasons.map((reason) => ({ file, line: mention.line, text: mention.text, reason }));
    });
}

function checkLink(
  target: string,
  file: string,
  documents: ReadonlyMap<string, MarkdownDocument>,
  repository: Repository,
): string[] {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
  const [name = '', anchor] = target.split('#', 2);
  const linked =
    name === '' ? file : path.posix.normalize(path.posix.join(path.posix.dirname(file), decode(name)));
  if (isExample(name) || isExample(linked)) return [];
  const place = linked.replace(/\/$/, '');
  if (!repository.files.has(place) && !repository.folders.has(place)) return ['the link leads to no file'];
  if (anchor === undefined || anchor === '') return [];
  const anchors = documents.get(place)?.anchors;
  if (anchors === undefined) return [];
  return anchors.has(decode(anchor)) ? [] : [`there is no heading #${anchor} in ${place}`];
}

function checkCode({ kind, text }: Mention, file: string, repository: Repository): string[] {
  const reasons: string[] = [];
  for (const pattern of [NPM_RUN, NPM_SHORTHAND]) {
    for (const [, script = ''] of text.matchAll(pattern)) {
      if (!repository.scripts.has(script)) reasons.push(`there is no npm script "${script}"`);
    }
  }
  for (const [, script = ''] of text.matchAll(NODE_SCRIPT)) {
    if (!pathExists(script, file, repository)) reasons.push(`there is no file ${script}`);
  }
  if (kind === 'command') return reasons;
  const variable = VARIABLE.exec(text)?.[1];
  if (variable !== undefined && !variable.startsWith('AWS_') && !repository.variables.has(variable)) {
    reasons.push('no source file knows this variable');
  }
  if (looksLikePath(text, repository) && !pathExists(text, file, repository)) {
    reasons.push('there is no such file or folder');
  }
  return reasons;
}

/** `application/json` and `assets:read` are no paths; `services/auht.ts` and `tools/nothing` are. */
function looksLikePath(text: string, repository: Repository): boolean {
  if (!PATH.test(text) || isExample(text)) return false;
  const last = text.split('/').findLast((step) => step !== '') ?? '';
  if (!text.includes('/')) return FILE_NAME.test(last) && !last.startsWith('*');
  const first = text.replace(/^(?:\.{1,2}\/)+/, '').split('/')[0] ?? '';
  return text.startsWith('.') || FILE_NAME.test(last) || repository.folders.has(first);
}

/**
 * Below the root, beside the document, or, as architecture texts name files, the end of some file's path; a
 * suffix such as `.route.ts` is the end of some file's name.
 */
function pathExists(text: string, file: string, repository: Repository): boolean {
  const name = text.replace(/\/$/, '');
  const places = [name, path.posix.join(path.posix.dirname(file), name)].map((place) =>
    path.posix.normalize(place),
  );
  const all = [...repository.files, ...repository.folders];
  if (name.includes('*')) {
    return all.some((each) =>
      [...places, `**/${name}`].some((pattern) => path.posix.matchesGlob(each, pattern)),
    );
  }
  return (
    places.some((place) => repository.files.has(place) || repository.folders.has(place)) ||
    all.some((each) => each.endsWith(`/${name}`)) ||
    (/^\.[\w-]+\.\w+$/.test(name) && all.some((each) => each.endsWith(name)))
  );
}

function isExample(text: string): boolean {
  return EXAMPLE_FOLDERS.some((folder) => text === folder.slice(0, -1) || text.startsWith(folder));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
