import type { ProblemCode } from '../errors/problems.ts';
import type { Sample } from './metrics.ts';

/** Of this process: refusals come from its parser, its routes and its gateway alike. */
const tally = new Map<ProblemCode, number>();

export function noteRefusal(code: ProblemCode): void {
  tally.set(code, (tally.get(code) ?? 0) + 1);
}

export const refusalSamples = (): Sample<'cairn_refusals_total'>[] =>
  Array.from(tally, ([code, value]) => ({ labels: { code }, value }));
