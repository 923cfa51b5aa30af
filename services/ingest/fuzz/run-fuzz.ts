import type { InspectionFault } from '../src/domain/inspecting/inspection-fault.ts';
import type { Inspector } from '../src/domain/ports.ts';
import { REFUSALS } from '../src/domain/refusals.ts';
import { examineCase } from './examine-case.ts';
import type { FuzzCase } from './fuzz-case.ts';
import { BrokenPromise } from './promises/broken-promise.ts';
import { checkAccepted } from './promises/check-accepted.ts';

export interface FuzzOptions {
  readonly inspector: Inspector;
  readonly caseOf: (index: number) => FuzzCase;
  readonly indices: Iterable<number>;
  /** As many as the inspector has children, so that no case waits. */
  readonly concurrency: number;
  /** What no case can take, with the time that a child needs to start. */
  readonly patienceMs: number;
  /** Keeps a case that did not end well; resolves to where it is. */
  readonly keep: (index: number, subject: FuzzCase, what: string) => Promise<string>;
  readonly onProgress?: (result: FuzzResult) => void;
  readonly signal: AbortSignal;
}

export interface Kept {
  readonly what: string;
  readonly file: string;
}

export interface FuzzResult {
  ran: number;
  accepted: Record<string, number>;
  rejected: Record<string, number>;
  could_not_tell: Record<string, number>;
  kept: Kept[];
  broken: Kept[];
  slowest_ms: number;
}

const count = (counts: Record<string, number>, name: string) => (counts[name] = (counts[name] ?? 0) + 1);

/** Takes every case through inspection and holds what comes of it against the promises. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzResult> {
  const result: FuzzResult = {
    ran: 0,
    accepted: {},
    rejected: {},
    could_not_tell: {},
    kept: [],
    broken: [],
    slowest_ms: 0,
  };
  const left = options.indices[Symbol.iterator]();
  const worker = async () => {
    for (let next = left.next(); next.done !== true; next = left.next()) {
      if (options.signal.aborted) return;
      await runCase(options, next.value, result);
      result.ran += 1;
      options.onProgress?.(result);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  return result;
}

async function runCase(options: FuzzOptions, index: number, result: FuzzResult): Promise<void> {
  const { inspector, patienceMs, keep } = options;
  const subject = options.caseOf(index);
  const startedAt = performance.now();
  const hang = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => hang.reject(new BrokenPromise(`a case ends within ${patienceMs} ms`)),
    patienceMs,
  );
  try {
    const examined = await Promise.race([examineCase(inspector, subject, options.signal), hang.promise]);
    result.slowest_ms = Math.max(result.slowest_ms, performance.now() - startedAt);
    if (examined.outcome === 'rejected') {
      const { code } = examined.refusal;
      if (!Object.hasOwn(REFUSALS, code)) throw new BrokenPromise(`${code} is a known code`);
      count(result.rejected, code);
    } else {
      count(result.accepted, kindOf(examined));
      await checkAccepted(subject, examined);
    }
  } catch (error) {
    if (options.signal.aborted) return;
    const fault = isFault(error) ? error : undefined;
    const what = fault === undefined ? textOf(error) : `${fault.kind}, by ${fault.blame}`;
    const kept = { what, file: await keep(index, subject, what) };
    if (fault === undefined || fault.blame === 'us') result.broken.push(kept);
    else {
      count(result.could_not_tell, fault.kind);
      result.kept.push(kept);
    }
  } finally {
    clearTimeout(timer);
  }
}

const isFault = (error: unknown): error is InspectionFault =>
  error instanceof Error && error.name === 'InspectionFault';

const textOf = (error: unknown): string =>
  error instanceof BrokenPromise ? error.message : String((error as Error).stack ?? error);

function kindOf({
  facts,
}: Extract<Awaited<ReturnType<typeof examineCase>>, { outcome: 'accepted' }>): string {
  if (facts.image !== undefined) return facts.media_type;
  if (facts.material_library !== undefined) return 'mtl';
  return facts.archive?.format ?? facts.model?.format ?? 'opaque';
}
