import { describe, expect, it } from 'vitest';
import { findBrokenReferences } from './find-broken-references.ts';
import { slugOf } from './parse-markdown.ts';
import type { Repository } from './repository.ts';

function aRepository(documents: Record<string, string>): Repository {
  const files = ['package.json', 'services/auth/src/domain/register-user.ts', ...Object.keys(documents)];
  const folders = files.flatMap((file) =>
    file
      .split('/')
      .slice(0, -1)
      .map((_, i, steps) => steps.slice(0, i + 1).join('/')),
  );
  return {
    files: new Set(files),
    folders: new Set(folders),
    scripts: new Set(['start', 'check:docs']),
    variables: new Set(['PUBLIC_URL']),
    read: (file) => documents[file] ?? '',
  };
}

const reasonsIn = (readme: string, more: Record<string, string> = {}) =>
  findBrokenReferences(aRepository({ 'README.md': readme, ...more })).map(
    ({ file, line, text, reason }) => `${file}:${line} ${text}: ${reason}`,
  );

describe('what a document names must exist', () => {
  it('accepts paths from the root, file names alone, globs, and folders that the product makes', () => {
    expect(
      reasonsIn(
        '`services/auth/src/domain/`, `register-user.ts`, `services/*/src/**/*.ts`, `.cairn/demo/x.webp`',
      ),
    ).toEqual([]);
  });

  it('takes a suffix for the files that have it', () => {
    const files = { 'services/auth/src/http/login.route.ts': '' };
    expect(reasonsIn('`.route.ts` `.consumer.ts`', files)).toEqual([
      'README.md:1 .consumer.ts: there is no such file or folder',
    ]);
  });

  it('reports a path that is not there, with its line', () => {
    expect(reasonsIn('one\n\ntwo `services/auth/src/nothing.ts` `tool.ts`')).toEqual([
      'README.md:3 services/auth/src/nothing.ts: there is no such file or folder',
      'README.md:3 tool.ts: there is no such file or folder',
    ]);
  });

  it('takes media types, scopes, routes, events and placeholders for no paths', () => {
    expect(
      reasonsIn(
        '`application/json` `assets:read` `/v1/assets` `asset.published` `{asin}/x.ts` `GET /a/b.ts` `a/b`',
      ),
    ).toEqual([]);
  });

  it('reports npm scripts that are not there, in code spans and in shell blocks', () => {
    expect(reasonsIn('`npm run nothing` `npm start`\n```sh\nnpm test && npm run check:docs\n```')).toEqual([
      'README.md:1 npm run nothing: there is no npm script "nothing"',
      'README.md:3 npm test && npm run check:docs: there is no npm script "test"',
    ]);
  });

  it('reports variables that no source knows, and leaves those of the SDK alone', () => {
    expect(reasonsIn('`PUBLIC_URL`, `PUBLIC_URL=x`, `AWS_REGION`, `PUBLIK_URL`')).toEqual([
      'README.md:1 PUBLIK_URL: no source file knows this variable',
    ]);
  });

  it('reads no references in blocks of other languages', () => {
    expect(reasonsIn('```ts\n`nothing.ts`\n```\n```text\nnpm run nothing\n```')).toEqual([]);
  });

  it('lets a comment name what is only an example', () => {
    expect(
      reasonsIn(
        '<!-- check-docs: ignore my-pack/scene.json, knight.md -->\n`my-pack/scene.json` `knight.md`',
      ),
    ).toEqual([]);
  });
});

describe('links between documents', () => {
  it('resolve beside the document, with the heading that they name', () => {
    expect(
      reasonsIn('# Top\n[a](docs/adr/0001-a.md#why-it-is) [b](#top) [c](https://example.org/nothing.md)', {
        'docs/adr/0001-a.md': '# One\n## Why it is\n[up](../../README.md)',
      }),
    ).toEqual([]);
  });

  it('are reported when file or heading is missing', () => {
    expect(reasonsIn('[a](docs/b.md)\n[c](docs/c.md#no)', { 'docs/c.md': '# Yes\n[d](d.md)' })).toEqual([
      'README.md:1 docs/b.md: the link leads to no file',
      'README.md:2 docs/c.md#no: there is no heading #no in docs/c.md',
      'docs/c.md:2 d.md: the link leads to no file',
    ]);
  });

  it('name headings as GitHub does', () => {
    expect(slugOf('3. What `must` always hold (I1, I2)')).toBe('3-what-must-always-hold-i1-i2');
    expect(slugOf('Über [links](x.md) & more')).toBe('über-links--more');
  });
});
