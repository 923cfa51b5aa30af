let atMs = 0;
let field = '';

/** The time now as a field of a JSON line, in UTC; one that is asked for again within the millisecond is kept. */
export function timeField(): string {
  const now = Date.now();
  if (now !== atMs) {
    atMs = now;
    field = `,"time":"${new Date(now).toISOString()}"`;
  }
  return field;
}
