import type { Position, Sort } from '../../domain/search/search-index.ts';
import type { Candidates } from './candidates.ts';
import { headOf, type Columns } from './columns.ts';
import type { ListColumn } from './list-column.ts';
import { compareBytes, encodedBytes, encodeText } from './text-bytes.ts';

/** A hit's place: higher values come first, equal ones as the texts say. */
interface Order {
  /** By slot; undefined: the scores. */
  readonly column: Float64Array | undefined;
  readonly sign: 1 | -1;
  readonly byName: boolean;
}

type IsAfter = ((value: number, slot: number) => boolean) | undefined;

/** Those of the hits that come first after the position. */
export function topHits(
  sort: Sort,
  columns: Columns,
  found: Candidates,
  page: { readonly after?: Position | undefined; readonly limit: number },
): Position[] {
  if (page.limit === 0) return [];
  const order = orderOf(sort, columns);
  const isAfter = page.after === undefined ? undefined : afterPosition(order, columns, page.after);
  const heap = new Heap(page.limit, (a, b) => tieOrder(order, columns, a, b));
  found.work += found.hits;
  if (order.column === undefined) offerScores(found, isAfter, heap);
  else offerColumn(found, order.column, order.sign, isAfter, heap);
  return heap.drained().map(({ value, slot }) => ({
    key: order.byName ? columns.textOf(columns.name, slot) : value * order.sign + 0,
    asin: columns.textOf(columns.asin, slot),
  }));
}

function offerScores(found: Candidates, isAfter: IsAfter, heap: Heap): void {
  const { hitSlots, hitScores, hits } = found;
  // Newer assets have higher slots as a rule, and come first of equal ones: from the end, fewer have to move.
  for (let i = hits - 1; i >= 0; i -= 1) {
    const value = hitScores[i] as number;
    if (value < heap.worst) continue;
    const slot = hitSlots[i] as number;
    if (isAfter === undefined || isAfter(value, slot)) heap.offer(value, slot);
  }
}

function offerColumn(
  found: Candidates,
  column: Float64Array,
  sign: number,
  isAfter: IsAfter,
  heap: Heap,
): void {
  const { hitSlots, hits } = found;
  for (let i = hits - 1; i >= 0; i -= 1) {
    const slot = hitSlots[i] as number;
    const value = (column[slot] as number) * sign;
    if (value < heap.worst) continue;
    if (isAfter === undefined || isAfter(value, slot)) heap.offer(value, slot);
  }
}

function orderOf(sort: Sort, columns: Columns): Order {
  switch (sort) {
    case 'relevance':
      return { column: undefined, sign: 1, byName: false };
    case 'newest':
      return { column: columns.posted, sign: 1, byName: false };
    case 'updated':
      return { column: columns.updated, sign: 1, byName: false };
    case 'downloads':
      return { column: columns.downloads, sign: 1, byName: false };
    case 'size':
      return { column: columns.size, sign: -1, byName: false };
    case 'name':
      return { column: columns.nameHead, sign: -1, byName: true };
  }
}

/** Negative: a comes before b, of two with the same value. */
function tieOrder(order: Order, columns: Columns, a: number, b: number): number {
  if (order.byName) {
    const byName = compareLists(columns.name, a, b);
    if (byName !== 0) return byName;
  }
  return compareLists(columns.asin, b, a);
}

function compareLists(column: ListColumn<Uint8Array<ArrayBuffer>>, a: number, b: number): number {
  const { elements, starts, lengths } = column;
  const [aStart, bStart] = [starts[a] as number, starts[b] as number];
  const [aEnd, bEnd] = [aStart + (lengths[a] as number), bStart + (lengths[b] as number)];
  return compareBytes(elements, aStart, aEnd, elements, bStart, bEnd);
}

function afterPosition(
  order: Order,
  columns: Columns,
  after: Position,
): (value: number, slot: number) => boolean {
  const bytesOf = (text: string) => {
    const length = encodeText(text);
    return encodedBytes().slice(0, length);
  };
  const compareTo = (column: ListColumn<Uint8Array<ArrayBuffer>>, slot: number, bytes: Uint8Array) => {
    const start = column.starts[slot] as number;
    const end = start + (column.lengths[slot] as number);
    return compareBytes(column.elements, start, end, bytes, 0, bytes.length);
  };
  const asin = bytesOf(after.asin);
  const name = bytesOf(order.byName ? String(after.key) : '');
  const place = order.byName ? -headOf(name, name.length) : Number(after.key) * order.sign;
  return (value, slot) => {
    if (value !== place) return value < place;
    const byName = order.byName ? compareTo(columns.name, slot, name) : 0;
    return byName === 0 ? compareTo(columns.asin, slot, asin) < 0 : byName > 0;
  };
}

/** The best so many, the worst of them on top. */
class Heap {
  worst = -Infinity;
  readonly #limit: number;
  readonly #tie: (a: number, b: number) => number;
  readonly #values: number[] = [];
  readonly #slots: number[] = [];

  constructor(limit: number, tie: (a: number, b: number) => number) {
    this.#limit = limit;
    this.#tie = tie;
  }

  offer(value: number, slot: number): void {
    const size = this.#values.length;
    if (size < this.#limit) {
      this.#values.push(value);
      this.#slots.push(slot);
      this.#up(size);
    } else if (size > 0 && this.#isWorse(this.#values[0] as number, this.#slots[0] as number, value, slot)) {
      this.#values[0] = value;
      this.#slots[0] = slot;
      this.#down();
    }
    if (this.#values.length === this.#limit) this.worst = this.#values[0] ?? Infinity;
  }

  drained(): { value: number; slot: number }[] {
    return this.#values
      .map((value, i) => ({ value, slot: this.#slots[i] as number }))
      .sort((a, b) => b.value - a.value || this.#tie(a.slot, b.slot));
  }

  #isWorse(aValue: number, aSlot: number, bValue: number, bSlot: number): boolean {
    return aValue === bValue ? this.#tie(aSlot, bSlot) > 0 : aValue < bValue;
  }

  #isWorseAt(a: number, b: number): boolean {
    const [values, slots] = [this.#values, this.#slots];
    return this.#isWorse(values[a] as number, slots[a] as number, values[b] as number, slots[b] as number);
  }

  #swap(a: number, b: number): void {
    const [value, slot] = [this.#values[a] as number, this.#slots[a] as number];
    this.#values[a] = this.#values[b] as number;
    this.#slots[a] = this.#slots[b] as number;
    this.#values[b] = value;
    this.#slots[b] = slot;
  }

  #up(from: number): void {
    for (let i = from; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!this.#isWorseAt(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #down(): void {
    for (let i = 0; ;) {
      const left = i * 2 + 1;
      const right = left + 1;
      let worst = i;
      if (left < this.#values.length && this.#isWorseAt(left, worst)) worst = left;
      if (right < this.#values.length && this.#isWorseAt(right, worst)) worst = right;
      if (worst === i) return;
      this.#swap(i, worst);
      i = worst;
    }
  }
}
