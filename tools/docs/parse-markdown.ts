/** One thing that a document mentions, with the line that it stands on. */
export interface Mention {
  readonly kind: 'link' | 'code' | 'command';
  readonly text: string;
  readonly line: number;
}

export interface MarkdownDocument {
  readonly mentions: readonly Mention[];
  /** What `#...` in a link to this document may name. */
  readonly anchors: ReadonlySet<string>;
  /** Texts that a comment `<!-- check-docs: ignore a, b -->` names: examples, not references. */
  readonly ignored: ReadonlySet<string>;
}

const FENCE = /^\s*(```+|~~~+)\s*([\w-]*)/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*\s*$/;
const HTML_ANCHOR = /<a\s+(?:id|name)="([^"]+)"/g;
const IGNORE = /<!--\s*check-docs:\s*ignore\s+(.*?)\s*-->/g;
const CODE_SPAN = /(`+)([^`](?:.*?[^`])?)\1(?!`)/g;
const LINK = /\[(?:[^\][]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const LINK_DEFINITION = /^\s{0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?/;
const SHELL_LANGUAGES = new Set(['', 'sh', 'bash', 'shell', 'console']);

/** Reads the parts of a Markdown text that can refer to something: links, code spans and shell commands. */
export function parseMarkdown(text: string): MarkdownDocument {
  const mentions: Mention[] = [];
  const slugs = new Map<string, number>();
  const anchors = new Set<string>();
  const ignored = new Set<string>();
  let fence: { mark: string; shell: boolean } | undefined;

  for (const [index, content] of text.split('\n').entries()) {
    const line = index + 1;
    const fenceMark = FENCE.exec(content);
    if (fence !== undefined) {
      if (fenceMark?.[1]?.startsWith(fence.mark) === true && fenceMark[2] === '') fence = undefined;
      else if (fence.shell) mentions.push({ kind: 'command', text: content.trim(), line });
      continue;
    }
    if (fenceMark !== null) {
      fence = { mark: fenceMark[1] ?? '```', shell: SHELL_LANGUAGES.has(fenceMark[2] ?? '') };
      continue;
    }
    for (const [, names = ''] of content.matchAll(IGNORE)) {
      for (const name of names.split(',')) ignored.add(name.trim());
    }
    for (const [, name = ''] of content.matchAll(HTML_ANCHOR)) anchors.add(name);
    const heading = HEADING.exec(content)?.[1];
    if (heading !== undefined) {
      const slug = slugOf(heading);
      const seen = slugs.get(slug) ?? 0;
      slugs.set(slug, seen + 1);
      anchors.add(seen === 0 ? slug : `${slug}-${seen}`);
    }
    for (const [, , code = ''] of content.matchAll(CODE_SPAN))
      mentions.push({ kind: 'code', text: code, line });
    const withoutCode = content.replaceAll(CODE_SPAN, (span) => ' '.repeat(span.length));
    for (const [, target = ''] of withoutCode.matchAll(LINK)) {
      mentions.push({ kind: 'link', text: target, line });
    }
    const definition = LINK_DEFINITION.exec(withoutCode)?.[1];
    if (definition !== undefined) mentions.push({ kind: 'link', text: definition, line });
  }
  return { mentions, anchors, ignored };
}

/** The anchor that GitHub gives a heading. */
export function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}
