import type { ModelFacts } from '../../domain/inspecting/findings.ts';
import type { RefusalCode } from '../../domain/refusals.ts';
import { modelProbe } from '../../inspection/model/model-probe.ts';
import { Rejected } from '../../inspection/rejected.ts';

const HEAD = 64 * 1024;

export interface ProbeInput {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Said to be; by default what it is. */
  readonly size?: number | undefined;
  readonly pieceBytes?: number;
}

/** What the probe says, or the code it refuses with. Anything else that is thrown is thrown on. */
export function probeModel({
  path,
  bytes,
  size = bytes.length,
  pieceBytes = HEAD,
}: ProbeInput): ModelFacts | RefusalCode {
  try {
    const probe = modelProbe({ path, size, head: bytes.subarray(0, HEAD) });
    if (probe === undefined) throw new Error(`${path} is not taken for a model`);
    for (let at = 0; at < bytes.length; at += pieceBytes) probe.push(bytes.subarray(at, at + pieceBytes));
    return probe.end();
  } catch (error) {
    if (error instanceof Rejected) return error.code;
    throw error;
  }
}
