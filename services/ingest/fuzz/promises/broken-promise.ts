/** Something that inspection promises and did not keep. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

export function promise(kept: boolean, what: string): asserts kept {
  if (!kept) throw new BrokenPromise(what);
}
