import { MODEL_LIMITS } from '../limits.ts';
import { corrupt, tooComplex } from '../refuse.ts';
import { finiteNumbers, indices, optionalIndex, partsOf, type Part } from './read-json.ts';

export interface NodeTargets {
  readonly meshes: number;
  readonly skins: number;
  readonly cameras: number;
}

/** Nodes are trees: one parent each, no cycle, and shallow enough for whoever walks them by recursion. */
export function checkNodes(root: Part, nodes: readonly Part[], targets: NodeTargets): void {
  const parents: (number | undefined)[] = Array.from({ length: nodes.length });
  const children = nodes.map((node, i) => {
    optionalIndex(node, 'mesh', targets.meshes);
    optionalIndex(node, 'skin', targets.skins);
    optionalIndex(node, 'camera', targets.cameras);
    finiteNumbers(node, 'matrix', 16);
    finiteNumbers(node, 'translation', 3);
    finiteNumbers(node, 'rotation', 4);
    finiteNumbers(node, 'scale', 3);
    const own = indices(node, 'children', nodes.length);
    for (const child of own) {
      if (parents[child] !== undefined) throw corrupt(`${root.where}.nodes[${child}] has two parents`);
      parents[child] = i;
    }
    return own;
  });
  checkDepth(children, parents);

  const scenes = partsOf(root, 'scenes');
  for (const scene of scenes) {
    const roots = indices(scene, 'nodes', nodes.length);
    if (new Set(roots).size !== roots.length || roots.some((node) => parents[node] !== undefined)) {
      throw corrupt(`${scene.where} shows a node twice`);
    }
  }
  optionalIndex(root, 'scene', scenes.length);
}

function checkDepth(children: readonly number[][], parents: readonly (number | undefined)[]): void {
  let level = parents.flatMap((parent, node) => (parent === undefined ? [node] : []));
  let reached = 0;
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MODEL_LIMITS.nodeDepth) throw tooComplex('the nodes are nested too deep');
    reached += level.length;
    level = level.flatMap((node) => children[node] ?? []);
  }
  // With one parent each, what no root leads to hangs in a circle.
  if (reached < children.length) throw corrupt('the nodes form a circle');
}
