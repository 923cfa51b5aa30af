import { describe, expect, test } from 'vitest';
import { displayPathField } from './display-path.ts';

describe('the path that a file is shown under', () => {
  test.each([
    'knight.glb',
    'models/knight.glb',
    'a/b/c/d.txt',
    '.hidden',
    'Größe.png',
    '騎士.glb',
    'a b.txt',
    'cone/x',
    'a'.repeat(255),
  ])('can be %j', (path) => {
    expect(displayPathField.parse(path)).toBe(path);
  });

  test.each([
    ['climbs', '../x'],
    ['climbs in the middle', 'a/../../x'],
    ['stays', './x'],
    ['is absolute', '/etc/passwd'],
    ['names a drive', 'C:x'],
    ['names a drive and a path', 'c:/x'],
    ['has backslashes', String.raw`..\x`],
    ['has an empty name', 'a//b'],
    ['ends with a slash', 'a/'],
    ['ends with a dot', 'a.'],
    ['has a name that ends with a space', 'a /b'],
    ['is a device', 'CON'],
    ['is a device with an ending', 'aux.txt'],
    ['has a device inside', 'a/nul/b'],
    ['has a stream', 'a:b'],
    ['has a wildcard', 'a*'],
    ['has a quote', 'a"b'],
    ['has a NUL', 'a\0b'],
    ['has a line end', 'a\r\nb'],
    ['changes direction', 'a\u202egpj.exe'],
    ['is empty', ''],
    ['is only spaces', '  '],
    ['is 256 bytes long', 'a'.repeat(256)],
    ['is 256 bytes long in fewer characters', 'ü'.repeat(128)],
    ['is a lone surrogate', '\ud800'],
  ])('is refused when it %s', (_, path) => {
    expect(displayPathField.safeParse(path).success).toBe(false);
  });
});
