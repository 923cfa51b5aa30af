import {
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';
import { writeBatches } from '@cairn/shared/aws/write-batches';
import { isConditionFailed } from '@cairn/shared/aws/conditions';
import { setExpression } from '@cairn/shared/aws/set-expression';
import type { UploadRepository } from '../domain/ports.ts';
import { canBecome, isOpen, TRANSITIONS, type StoredState, type UploadFile } from '../domain/upload.ts';
import { decodeStart, encodeStart } from './page-start.ts';
import {
  DUE_SHARDS,
  dueShard,
  fileItem,
  fileToItem,
  itemToFile,
  itemToUpload,
  UPLOAD_ITEM,
  uploadToItem,
} from './upload-items.ts';

export function dynamoUploadRepository(document: Document, table: string): UploadRepository {
  const uploadKey = (uploadId: string) => ({ upload_id: uploadId, item: UPLOAD_ITEM });
  const fileKey = (file: Pick<UploadFile, 'upload_id' | 'file_id'>) => ({
    upload_id: file.upload_id,
    item: fileItem(file.file_id),
  });

  async function get(key: Record<string, string>): Promise<Record<string, unknown> | undefined> {
    const { Item } = await document.send(
      new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
    );
    return Item;
  }

  async function itemsOf(uploadId: string): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await document.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'upload_id = :id',
          ExpressionAttributeValues: { ':id': uploadId },
          ConsistentRead: true,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  type WriteRequest =
    | { PutRequest: { Item: Record<string, unknown> } }
    | { DeleteRequest: { Key: Record<string, unknown> } };

  /** In the given order, as far as they do not fit into one batch. */
  const writeAll = (requests: readonly WriteRequest[]) =>
    writeBatches(requests, async (batch) => {
      const { UnprocessedItems } = await document.send(
        new BatchWriteCommand({ RequestItems: { [table]: batch } }),
      );
      return (UnprocessedItems?.[table] ?? []) as WriteRequest[];
    });

  /** One conditional write; false when the condition did not hold. */
  async function change(
    key: Record<string, string>,
    changes: Record<string, unknown>,
    condition: { expression: string; values: Record<string, unknown> },
  ): Promise<boolean> {
    const { expression, names, values } = setExpression(changes);
    const used = ['state', 'lease', 'due_at', 'token', 'until', 'inspected_bytes'].filter((n) =>
      condition.expression.includes(`#${n}`),
    );
    try {
      await document.send(
        new UpdateCommand({
          TableName: table,
          Key: key,
          UpdateExpression: expression,
          ConditionExpression: condition.expression,
          ExpressionAttributeNames: { ...names, ...Object.fromEntries(used.map((n) => [`#${n}`, n])) },
          ExpressionAttributeValues: { ...values, ...condition.values },
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailed(error)) return false;
      throw error;
    }
  }

  /** A write under a lease. One whose answer was lost is recognised by what it has left behind. */
  async function finishFile(file: UploadFile, token: string, changes: Partial<UploadFile>): Promise<boolean> {
    const held = { expression: '#lease.#token = :token', values: { ':token': token } };
    if (await change(fileKey(file), { ...changes, lease: undefined, finished_by: token }, held)) return true;
    const item = await get(fileKey(file));
    return item?.finished_by === token;
  }

  return {
    async create(upload, files = []) {
      const items = [uploadToItem(upload), ...files.map((file) => fileToItem(file, upload.deadline))];
      await writeAll(items.map((Item) => ({ PutRequest: { Item } })));
    },

    async remove(uploadId) {
      // Its own item last: as long as that is there, whoever died in between comes back.
      const others = (await itemsOf(uploadId)).filter(({ item }) => item !== UPLOAD_ITEM);
      await writeAll(others.map(({ item }) => ({ DeleteRequest: { Key: { upload_id: uploadId, item } } })));
      await document.send(new DeleteCommand({ TableName: table, Key: uploadKey(uploadId) }));
    },

    async find(uploadId) {
      const item = await get(uploadKey(uploadId));
      return item && itemToUpload(item);
    },

    async findFile(uploadId, fileId) {
      const item = await get(fileKey({ upload_id: uploadId, file_id: fileId }));
      return item && itemToFile(item);
    },

    async findWhole(uploadId) {
      const items = await itemsOf(uploadId);
      const own = items.find((item) => item.item === UPLOAD_ITEM);
      if (own === undefined) return undefined;
      const files = items.filter((item) => item !== own).map(itemToFile);
      return { upload: itemToUpload(own), files: files.sort((a, b) => a.position - b.position) };
    },

    async keepStoreId(file, storeId) {
      try {
        await document.send(
          new UpdateCommand({
            TableName: table,
            Key: fileKey(file),
            UpdateExpression: 'SET multipart.store_id = :id',
            ConditionExpression: 'attribute_exists(multipart) AND attribute_not_exists(multipart.store_id)',
            ExpressionAttributeValues: { ':id': storeId },
          }),
        );
        return storeId;
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
        const item = await get(fileKey(file));
        return item && itemToFile(item).multipart?.store_id;
      }
    },

    async claimFile(file, { token, until, now, sequencer }) {
      const lease = { token, until };
      const claimed = await change(
        fileKey(file),
        { state: 'inspecting', lease, sequencer },
        {
          expression:
            '#state = :waiting OR (#state = :inspecting AND (attribute_not_exists(#lease) OR #lease.#until <= :now OR #lease.#token = :token))',
          values: { ':waiting': 'waiting', ':inspecting': 'inspecting', ':now': now, ':token': token },
        },
      );
      return claimed ? { ...file, state: 'inspecting', lease, sequencer } : undefined;
    },

    renewLease: (file, token, until) =>
      change(
        fileKey(file),
        { lease: { token, until } },
        { expression: '#lease.#token = :token', values: { ':token': token } },
      ),

    async recordProgress(file, token, bytes) {
      await change(
        fileKey(file),
        { inspected_bytes: bytes },
        {
          expression:
            '#lease.#token = :token AND (attribute_not_exists(#inspected_bytes) OR #inspected_bytes < :bytes)',
          values: { ':token': token, ':bytes': bytes },
        },
      );
    },

    async recordFaults(file, token, faults) {
      await change(
        fileKey(file),
        { faults },
        { expression: '#lease.#token = :token', values: { ':token': token } },
      );
    },

    async releaseLease(file, token) {
      await change(
        fileKey(file),
        { lease: undefined },
        { expression: '#lease.#token = :token', values: { ':token': token } },
      );
    },

    acceptFile: (file, token, facts) => finishFile(file, token, { state: 'accepted', facts }),
    rejectFile: (file, token, refusal) => finishFile(file, token, { state: 'rejected', refusal }),

    async moveTo(uploadId, to, { dueAt, refusal, now }) {
      const from = (Object.keys(TRANSITIONS) as StoredState[]).filter((state) => canBecome(state, to));
      const values = Object.fromEntries(from.map((state, i) => [`:from${i}`, state]));
      return change(
        uploadKey(uploadId),
        {
          state: to,
          refusal,
          ended_at: isOpen(to) ? undefined : now,
          due_at: dueAt,
          due_shard: dueAt === undefined ? undefined : dueShard(uploadId),
        },
        { expression: `#state IN (${Object.keys(values).join(', ')})`, values },
      );
    },

    reschedule: (uploadId, from, to) =>
      change(
        uploadKey(uploadId),
        { due_at: to, due_shard: to === undefined ? undefined : dueShard(uploadId) },
        { expression: '#due_at = :from', values: { ':from': from } },
      ),

    async due(now, limit) {
      const shards = await Promise.all(
        Array.from({ length: DUE_SHARDS }, async (_, shard) => {
          const { Items = [] } = await document.send(
            new QueryCommand({
              TableName: table,
              IndexName: 'due',
              KeyConditionExpression: 'due_shard = :shard AND due_at <= :now',
              ExpressionAttributeValues: { ':shard': String(shard), ':now': now },
              Limit: limit,
            }),
          );
          return Items;
        }),
      );
      return shards
        .flat()
        .map((item) => ({ id: String(item.upload_id), at: String(item.due_at) }))
        .sort((a, b) => (a.at < b.at ? -1 : 1))
        .slice(0, limit)
        .map(({ id }) => id);
    },

    async ofUser(userId, { limit, after }) {
      const { Items = [], LastEvaluatedKey } = await document.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'by_user',
          KeyConditionExpression: 'user_id = :user',
          ExpressionAttributeValues: { ':user': userId },
          ScanIndexForward: false,
          Limit: limit,
          ...(after === undefined ? {} : { ExclusiveStartKey: decodeStart(after, userId) }),
        }),
      );
      return { ids: Items.map((item) => String(item.upload_id)), next: encodeStart(LastEvaluatedKey) };
    },
  };
}
