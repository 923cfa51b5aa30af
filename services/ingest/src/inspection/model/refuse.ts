import type { ContentProbe } from '../content-probe.ts';
import { Rejected } from '../rejected.ts';

export const corrupt = (detail: string): Rejected => new Rejected('model.corrupt', plain(detail));

export const tooComplex = (detail: string): Rejected => new Rejected('model.too_complex', plain(detail));

export const unsupportedVersion = (detail: string): Rejected =>
  new Rejected('model.unsupported_version', plain(detail));

export const externalReference = (reference: string): Rejected =>
  new Rejected('model.external_reference', plain(reference));

const MAX_DETAIL = 120;

/** A detail can hold names out of the file: short and printable, whatever they are. */
function plain(text: string): string {
  const start = text.slice(0, MAX_DETAIL).replaceAll(/[^\u0020-\u007e]/g, '?');
  return text.length > MAX_DETAIL ? `${start}...` : start;
}

/** For content whose length or head says enough. */
export function refusing(refusal: Rejected): ContentProbe<never> {
  const refuse = (): never => {
    throw refusal;
  };
  return { push: refuse, end: refuse };
}
