/** Named values; what may be long is an iterable, and becomes an array that is never in memory as a whole. */
export type Sections = Readonly<Record<string, unknown>>;

const encoder = new TextEncoder();

/** One JSON object, piece by piece. */
export async function* jsonDocument(sections: Sections): AsyncGenerator<Uint8Array> {
  let separator = '{';
  for (const [name, value] of Object.entries(sections)) {
    yield encoder.encode(`${separator}\n  ${JSON.stringify(name)}: `);
    separator = ',';
    if (isAsyncIterable(value)) yield* array(value);
    else yield encoder.encode(indented(value, '  '));
  }
  yield encoder.encode(separator === '{' ? '{}\n' : '\n}\n');
}

async function* array(items: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  let separator = '[';
  for await (const item of items) {
    yield encoder.encode(`${separator}\n    ${indented(item, '    ')}`);
    separator = ',';
  }
  yield encoder.encode(separator === '[' ? '[]' : '\n  ]');
}

const indented = (value: unknown, by: string): string =>
  (JSON.stringify(value, undefined, 2) ?? 'null').replaceAll('\n', `\n${by}`);

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
