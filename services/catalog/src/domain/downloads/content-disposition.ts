const MAX_NAME = 150;
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** The name under which a file is saved: the last step of its display path, and never a path itself. */
export function fileNameOf(displayPath: string): string {
  const base = displayPath.split(/[/\\]/).at(-1) ?? '';
  const clean = base.toWellFormed().replaceAll(UNSAFE, '').trim();
  return /^\.*$/.test(clean) ? 'download' : shorten(clean);
}

/** Keeps the ending, since it tells what the file is. */
function shorten(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= MAX_NAME) return name;
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
  return characters.slice(0, MAX_NAME - ending.length).join('') + ending;
}

/**
 * RFC 6266 with both forms: ASCII for old clients, where quotes, backslashes, percent signs and separators
 * become `_`, and RFC 8187 for the name as it is.
 */
export function attachment(fileName: string): string {
  const ascii = Array.from(fileName, (each) => (/^[ !#-$&-+\--.0-9=-[\]-~]$/.test(each) ? each : '_')).join(
    '',
  );
  const extended = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extended}`;
}
