/** A message that can never be handled. It goes to the dead-letter queue at once; the reason goes with it. */
export class PoisonMessageError extends Error {
  override readonly name = 'PoisonMessageError';
  readonly reason: string;

  constructor(reason: string) {
    super(`poison message: ${reason}`);
    this.reason = reason;
  }
}
