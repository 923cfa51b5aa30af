/** Why an inspection did not end, as classes that the receipt may show. */
export type FaultKind =
  | 'timed out'
  | 'stalled'
  | 'out of memory'
  | 'crashed'
  | 'answered nonsense'
  | 'could not tell'
  | 'too many reads'
  | 'inspector missing'
  | 'queue full'
  | 'store unavailable'
  | 'scanner unavailable';

/**
 * The inspector could not tell: never a verdict, nothing is published on it (I1). `blame` is the file's only
 * when the inspector is known to work and the file did this to it; whoever keeps doing so is refused.
 */
export class InspectionFault extends Error {
  override readonly name = 'InspectionFault';
  readonly kind: FaultKind;
  readonly blame: 'file' | 'us';

  constructor(kind: FaultKind, blame: 'file' | 'us', options: ErrorOptions = {}) {
    super(`the inspection failed: ${kind}`, options);
    this.kind = kind;
    this.blame = blame;
  }
}
