import { S3Error } from '../errors.ts';

const MAX_LINE_BYTES = 4096;

/** Lines and counted bytes out of a stream of buffers; never holds more than a buffer and a line. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Lets the source clean up when its rest is not wanted. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async atEnd(): Promise<boolean> {
    return this.#buffer.length === 0 && !(await this.#pull());
  }

  /** At least one byte, at most `limit`. */
  async atMost(limit: number): Promise<Buffer> {
    if (await this.atEnd()) throw new S3Error('IncompleteBody');
    const piece = this.#buffer.subarray(0, limit);
    this.#buffer = this.#buffer.subarray(piece.length);
    return piece;
  }

  /** Without its CRLF. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf('\r\n');
      if (end > MAX_LINE_BYTES || (end < 0 && this.#buffer.length > MAX_LINE_BYTES)) {
        throw new S3Error('IncompleteBody', 'A chunk of the body is malformed.');
      }
      if (end >= 0) {
        const line = this.#buffer.toString('latin1', 0, end);
        this.#buffer = this.#buffer.subarray(end + 2);
        return line;
      }
      if (!(await this.#pull())) throw new S3Error('IncompleteBody');
    }
  }

  async #pull(): Promise<boolean> {
    for (;;) {
      const next = await this.#source.next();
      if (next.done) return false;
      if (next.value.length === 0) continue;
      this.#buffer = this.#buffer.length === 0 ? next.value : Buffer.concat([this.#buffer, next.value]);
      return true;
    }
  }
}
