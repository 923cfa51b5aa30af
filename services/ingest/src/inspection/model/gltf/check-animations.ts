import { corrupt } from '../refuse.ts';
import type { Accessor } from './check-accessors.ts';
import { index, indices, member, optionalIndex, partsOf, requiredPart, type Part } from './read-json.ts';

export function checkSkins(skins: readonly Part[], accessors: readonly Accessor[], nodes: number): void {
  for (const skin of skins) {
    const joints = indices(skin, 'joints', nodes);
    if (joints.length === 0) throw corrupt(`${skin.where} has no joints`);
    optionalIndex(skin, 'skeleton', nodes);
    if (member(skin, 'inverseBindMatrices') === undefined) continue;
    const matrices = accessors[index(skin, 'inverseBindMatrices', accessors.length)];
    if (matrices?.type !== 'MAT4' || matrices.count < joints.length) {
      throw corrupt(`${skin.where} has fewer matrices than joints`);
    }
  }
}

/** The number of animations. */
export function checkAnimations(root: Part, accessors: readonly Accessor[], nodes: number): number {
  const animations = partsOf(root, 'animations');
  for (const animation of animations) {
    const samplers = partsOf(animation, 'samplers');
    for (const sampler of samplers) {
      const times = accessors[index(sampler, 'input', accessors.length)];
      const values = accessors[index(sampler, 'output', accessors.length)];
      // As many for each time: one, three of a spline, one for each morph target.
      if ((values?.count ?? 0) % (times?.count ?? 1) !== 0)
        throw corrupt(`${sampler.where} has no value for a time`);
    }
    for (const channel of partsOf(animation, 'channels')) {
      index(channel, 'sampler', samplers.length);
      optionalIndex(requiredPart(channel, 'target'), 'node', nodes);
    }
  }
  return animations.length;
}
