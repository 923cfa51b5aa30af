import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Far above what a request needs, far below what makes V8 go through its whole heap. */
const AFTER_BYTES = 8 * 2 ** 20;

type Collect = (options: { type: 'minor' }) => void;

/** Says that so many bytes, received in pieces, are done with. */
export type DoneWith = (bytes: number) => void;

/**
 * Node receives a body into a new buffer for each 64 KiB. They lie outside of V8's heap, and for them alone it
 * collects the whole heap every 25 MiB: a second of processor time for each GiB, as much as hashing it twice.
 * Looked for among what is young, they are found in half a millisecond, and their memory is used again.
 */
export function collectPieces(collect: Collect | undefined = collector()): DoneWith {
  let bytes = 0;
  return (more) => {
    bytes += more;
    if (bytes < AFTER_BYTES) return;
    bytes = 0;
    collect?.({ type: 'minor' });
  };
}

/** Without a flag on every command line by which the service may be started. */
function collector(): Collect | undefined {
  setFlagsFromString('--expose-gc');
  const found: unknown = runInNewContext('gc');
  return typeof found === 'function' ? (found as Collect) : undefined;
}
