import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';

type Item = Record<string, unknown>;
type Key = Readonly<Record<string, string>>;

/** Reads one item consistently. */
export type ReadItem = (table: string, key: Key) => Promise<Item | undefined>;

interface Waiting extends PromiseWithResolvers<Item | undefined> {
  readonly table: string;
  readonly key: Key;
}

/** DynamoDB takes so many in one call. */
const MOST_KEYS = 100;

const readers = new WeakMap<Document, ReadItem>();

/**
 * What is read through one client in the same turn of the event loop goes out as one call, of whichever
 * repositories it is: calls are what a sign-in costs beside its hash. So whoever needs two items asks for both
 * before waiting for either.
 */
export function gatheredReads(document: Document): ReadItem {
  const known = readers.get(document);
  if (known !== undefined) return known;
  let waiting: Waiting[] = [];

  function send(): void {
    const reads = waiting;
    waiting = [];
    for (let start = 0; start < reads.length; start += MOST_KEYS) {
      const some = reads.slice(start, start + MOST_KEYS);
      readTogether(document, some).catch((error: unknown) => {
        for (const { reject } of some) reject(error);
      });
    }
  }

  const read: ReadItem = (table, key) => {
    if (waiting.length === 0) setImmediate(send);
    const item: Waiting = { table, key, ...Promise.withResolvers<Item | undefined>() };
    waiting.push(item);
    return item.promise;
  };
  readers.set(document, read);
  return read;
}

async function readTogether(document: Document, reads: readonly Waiting[]): Promise<void> {
  const [first] = reads;
  if (reads.length === 1 && first !== undefined) {
    const { table, key } = first;
    const { Item } = await document.send(
      new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
    );
    return first.resolve(Item);
  }
  const RequestItems: Record<string, { Keys: Key[]; ConsistentRead: true }> = {};
  // A call must not name a key twice.
  for (const { table, key } of new Map(reads.map((each) => [nameOf(each.table, each.key), each])).values()) {
    (RequestItems[table] ??= { Keys: [], ConsistentRead: true }).Keys.push(key);
  }
  const { Responses = {}, UnprocessedKeys = {} } = await document.send(new BatchGetCommand({ RequestItems }));
  if (Object.keys(UnprocessedKeys).length > 0) {
    throw Object.assign(new Error('not all items could be read'), { name: 'ThrottlingException' });
  }
  for (const { table, key, resolve } of reads) {
    resolve(
      Responses[table]?.find((item) => Object.entries(key).every(([name, value]) => item[name] === value)),
    );
  }
}

const nameOf = (table: string, key: Key): string => JSON.stringify([table, key]);
