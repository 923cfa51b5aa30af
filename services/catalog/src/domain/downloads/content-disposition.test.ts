import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachment, fileNameOf } from './content-disposition.ts';
import { servedType } from './served-type.ts';

describe('the name of a downloaded file', () => {
  it.each([
    ['models/knight.glb', 'knight.glb'],
    ['a\\b\\knight.glb', 'knight.glb'],
    ['../../etc/passwd', 'passwd'],
    ['folder/', 'download'],
    ['..', 'download'],
    ['', 'download'],
    ['a\r\nb.png', 'ab.png'],
    ['gpj.\u202eexe', 'gpj.exe'],
    ['rüstung.png', 'rüstung.png'],
    [`${'x'.repeat(300)}.blend`, `${'x'.repeat(144)}.blend`],
  ])('of %j is %j', (path, expected) => {
    expect(fileNameOf(path)).toBe(expected);
  });
});

describe('Content-Disposition', () => {
  it.each([
    ['knight.glb', `attachment; filename="knight.glb"; filename*=UTF-8''knight.glb`],
    ['a "b"; c.glb', `attachment; filename="a _b__ c.glb"; filename*=UTF-8''a%20%22b%22%3B%20c.glb`],
    ['50%.png', `attachment; filename="50_.png"; filename*=UTF-8''50%25.png`],
    ['€.png', `attachment; filename="_.png"; filename*=UTF-8''%E2%82%AC.png`],
    ["it's (1)*.png", `attachment; filename="it's (1)*.png"; filename*=UTF-8''it%27s%20%281%29%2A.png`],
    ['\ud800.png', `attachment; filename="_.png"; filename*=UTF-8''%EF%BF%BD.png`],
  ])('of %j is safe', (name, expected) => {
    expect(attachment(name)).toBe(expected);
  });

  it('has two parameters of safe characters whatever the path is, and the name can be read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (path) => {
        const name = fileNameOf(path);
        const header = attachment(name);
        const match =
          /^attachment; filename="([^"\\%/;\x00-\x1f\x7f-\uffff]*)"; filename\*=UTF-8''([\w!#$&+.^`|~%-]+)$/.exec(
            header,
          );
        expect(match).not.toBeNull();
        expect(decodeURIComponent(match?.[2] ?? '')).toBe(name);
      }),
    );
  });
});

describe('the served type', () => {
  it.each([
    ['image/png', 'image/png'],
    ['model/gltf-binary', 'model/gltf-binary'],
    ['', 'application/octet-stream'],
    ['text/html', 'application/octet-stream'],
    ['image/svg+xml', 'application/octet-stream'],
    ['text/xsl', 'application/octet-stream'],
    ['text/javascript1.5', 'application/octet-stream'],
    ['application/x-javascript', 'application/octet-stream'],
    ['application/ecmascript', 'application/octet-stream'],
    ['multipart/x-mixed-replace', 'application/octet-stream'],
    ['text/plain', 'text/plain'],
    ['image/png\r\nX: y', 'application/octet-stream'],
    ['image/png; charset=x', 'application/octet-stream'],
  ])('of %j is %s', (mediaType, expected) => {
    expect(servedType(mediaType)).toBe(expected);
  });
});
