import { isDataUri, parseDataUri } from '../data-uri.ts';
import { MODEL_LIMITS } from '../limits.ts';
import { corrupt, tooComplex } from '../refuse.ts';
import type { IndexRun } from './index-watcher.ts';
import {
  finiteNumbers,
  index,
  integer,
  member,
  optionalIndex,
  partOf,
  partsOf,
  requiredPart,
  type Part,
} from './read-json.ts';

export interface View {
  readonly buffer: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly byteStride: number | undefined;
}

export interface Accessor {
  readonly count: number;
  readonly componentType: number;
  readonly type: string;
  /** Where its elements lie, when they do lie somewhere. */
  readonly placed: (Omit<IndexRun, 'limit' | 'increasing'> & { readonly buffer: number }) | undefined;
  readonly sparse: (IndexRun & { readonly buffer: number }) | undefined;
}

const COMPONENT_BYTES: Readonly<Record<number, number>> = {
  5120: 1,
  5121: 1,
  5122: 2,
  5123: 2,
  5125: 4,
  5126: 4,
};
const INDEX_TYPES = new Set([5121, 5123, 5125]);
const COLUMNS_AND_ROWS: Readonly<Record<string, readonly [columns: number, rows: number]>> = {
  SCALAR: [1, 1],
  VEC2: [1, 2],
  VEC3: [1, 3],
  VEC4: [1, 4],
  MAT2: [2, 2],
  MAT3: [3, 3],
  MAT4: [4, 4],
};
const COMPRESSIONS = ['EXT_meshopt_compression', 'KHR_meshopt_compression'];

/** The lengths of the buffers. `binLength` is that of the BIN chunk of a GLB; other files are not opened. */
export function checkBuffers(root: Part, binLength: number | undefined): number[] {
  return partsOf(root, 'buffers').map((buffer, i) => {
    const length = integer(buffer, 'byteLength', 1);
    const uri = member(buffer, 'uri');
    if (uri === undefined) {
      const isBin = i === 0 && binLength !== undefined;
      if (isBin ? length > binLength : !isFallback(buffer))
        throw corrupt(`${buffer.where} has no such bytes`);
    } else if (typeof uri !== 'string') {
      throw corrupt(`${buffer.where}.uri is no text`);
    } else if (isDataUri(uri) && parseDataUri(uri).byteLength < length) {
      throw corrupt(`${buffer.where} is shorter than it says`);
    }
    return length;
  });
}

/** A buffer that is filled by decompression only: it has a length and no bytes. */
function isFallback(buffer: Part): boolean {
  return compressionsOf(buffer).some((extension) => member(extension, 'fallback') === true);
}

function compressionsOf(part: Part): Part[] {
  const extensions = partOf(part, 'extensions');
  if (extensions === undefined) return [];
  return COMPRESSIONS.map((name) => partOf(extensions, name)).filter((found) => found !== undefined);
}

export function checkViews(root: Part, buffers: readonly number[]): View[] {
  return partsOf(root, 'bufferViews').map((view) => {
    for (const compressed of compressionsOf(view)) {
      slice(compressed, buffers);
      integer(compressed, 'count', 1);
      integer(compressed, 'byteStride', 1);
    }
    const stride = member(view, 'byteStride');
    if (stride !== undefined) {
      const bytes = integer(view, 'byteStride', 4);
      if (bytes > 252 || bytes % 4 !== 0) throw corrupt(`${view.where}.byteStride is not 4, 8, ... 252`);
    }
    return { ...slice(view, buffers), byteStride: typeof stride === 'number' ? stride : undefined };
  });
}

function slice(part: Part, buffers: readonly number[]): Omit<View, 'byteStride'> {
  const buffer = index(part, 'buffer', buffers.length);
  const byteOffset = integer(part, 'byteOffset', 0, 0);
  const byteLength = integer(part, 'byteLength', 1);
  if (byteOffset + byteLength > (buffers[buffer] ?? 0)) throw corrupt(`${part.where} leaves its buffer`);
  return { buffer, byteOffset, byteLength };
}

export function checkAccessors(root: Part, views: readonly View[]): Accessor[] {
  return partsOf(root, 'accessors').map((accessor) => {
    const componentType = integer(accessor, 'componentType', 0);
    const componentBytes = COMPONENT_BYTES[componentType];
    if (componentBytes === undefined) throw corrupt(`${accessor.where}.componentType is unknown`);
    const type = member(accessor, 'type');
    const shape =
      typeof type === 'string' && Object.hasOwn(COLUMNS_AND_ROWS, type) ? COLUMNS_AND_ROWS[type] : undefined;
    if (typeof type !== 'string' || shape === undefined) throw corrupt(`${accessor.where}.type is unknown`);
    const [columns, rows] = shape;
    const count = integer(accessor, 'count', 1);
    if (count > MODEL_LIMITS.elements) throw tooComplex(`${accessor.where} has too many elements`);
    finiteNumbers(accessor, 'min', columns * rows);
    finiteNumbers(accessor, 'max', columns * rows);
    const elementBytes =
      columns === 1 ? rows * componentBytes : columns * Math.ceil((rows * componentBytes) / 4) * 4;
    const viewIndex = optionalIndex(accessor, 'bufferView', views.length);
    const view = viewIndex === undefined ? undefined : views[viewIndex];
    return {
      count,
      componentType,
      type,
      placed: view && place(accessor, view, { count, elementBytes, componentBytes }),
      sparse: checkSparse(accessor, views, count, elementBytes),
    };
  });
}

interface Layout {
  readonly count: number;
  readonly elementBytes: number;
  readonly componentBytes: number;
}

/** Sums of safe integers as doubles: they may round, and never wrap. */
function place(part: Part, view: View, { count, elementBytes, componentBytes }: Layout) {
  const offset = integer(part, 'byteOffset', 0, 0);
  const stride = view.byteStride ?? elementBytes;
  if (stride < elementBytes) throw corrupt(`${part.where} has elements longer than their stride`);
  if (offset + stride * (count - 1) + elementBytes > view.byteLength) {
    throw corrupt(`${part.where} leaves its buffer view`);
  }
  const start = view.byteOffset + offset;
  if (start % componentBytes !== 0) throw corrupt(`${part.where} is not aligned`);
  return { buffer: view.buffer, start, stride, size: elementBytes, count };
}

function checkSparse(accessor: Part, views: readonly View[], limit: number, elementBytes: number) {
  const sparse = partOf(accessor, 'sparse');
  if (sparse === undefined) return undefined;
  const count = integer(sparse, 'count', 1);
  if (count > limit) throw corrupt(`${sparse.where} replaces more elements than there are`);
  const positions = requiredPart(sparse, 'indices');
  const values = requiredPart(sparse, 'values');
  const componentType = integer(positions, 'componentType', 0);
  const bytes = COMPONENT_BYTES[componentType];
  if (bytes === undefined || !INDEX_TYPES.has(componentType)) {
    throw corrupt(`${positions.where}.componentType is none of an index`);
  }
  const [indexView, valueView] = [positions, values].map((part) => {
    const view = views[index(part, 'bufferView', views.length)];
    // Readers differ in whether they apply it here; it must not be there.
    if (view?.byteStride !== undefined) throw corrupt(`${part.where} lies in a view with a stride`);
    return view;
  });
  if (indexView === undefined || valueView === undefined) throw corrupt(`${sparse.where} has no bytes`);
  place(values, valueView, { count, elementBytes, componentBytes: 1 });
  const layout = { count, elementBytes: bytes, componentBytes: bytes };
  return { ...place(positions, indexView, layout), limit, increasing: true };
}
