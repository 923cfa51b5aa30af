type Growable = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The array itself while it is long enough, else a longer copy: doubled while small, a quarter more when large. */
export function grown<T extends Growable>(array: T, length: number): T {
  if (array.length >= length) return array;
  const factor = array.length < 65_536 ? 2 : 1.25;
  const capacity = Math.max(length, Math.ceil(array.length * factor), 16);
  const longer = new (array.constructor as new (length: number) => T)(capacity);
  longer.set(array);
  return longer;
}
