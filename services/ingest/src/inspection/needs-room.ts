/** Nothing is said against the file: it takes more memory than this child may have. */
export class NeedsRoom extends Error {
  override readonly name = 'NeedsRoom';
}
