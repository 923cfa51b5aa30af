import { checkDocument, type BrokenReference } from './check-document.ts';
import { parseMarkdown } from './parse-markdown.ts';
import type { Repository } from './repository.ts';

const CHECKED = /^(README|ARCHITECTURE)\.md$|^docs\/.*\.md$/;

/** All broken references of README.md, ARCHITECTURE.md and docs/, in the order of files and lines. */
export function findBrokenReferences(repository: Repository): BrokenReference[] {
  const markdown = [...repository.files].filter((file) => file.endsWith('.md')).sort();
  const documents = new Map(markdown.map((file) => [file, parseMarkdown(repository.read(file))]));
  return markdown
    .filter((file) => CHECKED.test(file))
    .flatMap((file) => checkDocument(file, documents, repository));
}
