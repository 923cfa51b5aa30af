import { Presets, SingleBar } from 'cli-progress';

/** One step over all files, shown as it goes on. */
interface Phase {
  readonly advance: (amount: number) => void;
  /** Sets how far the phase is, where that is not a sum of steps. */
  readonly reach: (amount: number) => void;
  readonly end: () => void;
}

export interface Progress {
  phase(name: string, total: number, unit: Unit): Phase;
}

type Unit = 'bytes' | 'files' | 'assets' | 'percent';

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Bars on a terminal; elsewhere one plain line when a phase ends, so that logs stay readable. */
export function createProgress(output: Output, now: () => number = () => performance.now()): Progress {
  return output.isTTY === true ? { phase: barPhase } : { phase: linePhase(output, now) };
}

function barPhase(name: string, total: number, unit: Unit): Phase {
  const bar = new SingleBar(
    {
      format: `${name.padEnd(9)} {bar} {percentage}%  {amount}`,
      hideCursor: true,
      gracefulExit: false,
      barsize: 32,
    },
    Presets.shades_classic,
  );
  let at = 0;
  const payload = () => ({ amount: amountText(at, total, unit) });
  bar.start(total, 0, payload());
  const reach = (amount: number) => {
    at = Math.min(total, amount);
    bar.update(at, payload());
  };
  return { reach, advance: (amount) => reach(at + amount), end: () => bar.stop() };
}

function linePhase(output: Output, now: () => number): Progress['phase'] {
  return (name, total, unit) => {
    const startedAt = now();
    let at = 0;
    const reach = (amount: number) => {
      at = Math.min(total, amount);
    };
    return {
      reach,
      advance: (amount) => reach(at + amount),
      end() {
        const seconds = ((now() - startedAt) / 1_000).toFixed(1);
        output.write(`${name.padEnd(9)} ${amountText(at, total, unit)}, ${seconds} s\n`);
      },
    };
  };
}

function amountText(at: number, total: number, unit: Unit): string {
  if (unit === 'percent') return `${Math.round((100 * at) / Math.max(1, total))}% of all files inspected`;
  if (unit === 'bytes') return `${sizeText(at)} of ${sizeText(total)}`;
  return `${at} of ${total} ${unit}`;
}

/** `1.4 MB`: powers of ten, as file managers show them. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${amount.toFixed(1)} ${unit}`;
}
