/** Reads one small document of auth; follows no redirect, and gives up on what is slow or large. */
export async function fetchDocument(url: string, options: { timeoutMs: number; maxBytes: number }) {
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(options.timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`auth answered ${response.status}`);
  }
  const text = await response.text();
  if (text.length > options.maxBytes) throw new Error('auth answered more than a document');
  return text;
}
