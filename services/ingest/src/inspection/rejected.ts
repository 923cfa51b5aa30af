import type { RefusalCode } from '../domain/refusals.ts';

/** The content can never be accepted. Anything else that is thrown means that the inspector could not tell. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  readonly code: RefusalCode;
  readonly detail: string | undefined;

  constructor(code: RefusalCode, detail?: string) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}
