import { describe, expect, it } from 'vitest';
import { Rejected } from '../rejected.ts';
import { mtlProbe } from './mtl-probe.ts';
import { resolveReference } from './references.ts';

function probe(text: string, path = 'scene.mtl') {
  try {
    const found = mtlProbe({ path });
    found.push(Buffer.from(text));
    return found.end();
  } catch (error) {
    if (error instanceof Rejected) return error.code;
    throw error;
  }
}

describe('a material library', () => {
  it('names its pictures after options, with spaces and in any case', () => {
    const text = [
      'newmtl wood',
      'Kd 1 1 1',
      'map_Kd textures/old wood.png',
      'MAP_BUMP -bm 0.5 -clamp on -o 1 2 bump.png',
      'norm -s 1 1 1 normal 2.png',
      'newmtl sky',
      'refl -type sphere -mm 0 1 sky.png',
    ];
    expect(probe(text.join('\r\n'))).toEqual({
      materials: 2,
      references: ['bump.png', 'normal 2.png', 'sky.png', 'textures/old wood.png'],
    });
  });

  it.each([
    'map_Kd ../../etc/passwd',
    'map_Kd /etc/passwd',
    'map_Kd a.png /etc/passwd',
    'map_Kd a.png ../b.png',
    'map_Kd -bm ../../etc/passwd a.png',
    'map_Kd -unknown ../../etc/passwd',
    'bump -o 1 1 1 C:\\Users\\me\\wood.png',
    'disp http://169.254.169.254/',
    'map_Ka %2e%2e/a.png',
    'norm file:///etc/passwd',
  ])('is refused for %s', (line) => {
    expect(probe(`newmtl a\n${line}\n`)).toBe('model.external_reference');
  });

  it('resolves what it names from its own folder', () => {
    expect(probe('map_Kd ../textures/a.png', 'models/scene.mtl')).toMatchObject({
      references: ['../textures/a.png'],
    });
    expect(resolveReference('models/scene.mtl', '../textures/a.png')).toBe('textures/a.png');
    expect(resolveReference('scene.mtl', 'a.png')).toBe('a.png');
  });
});
