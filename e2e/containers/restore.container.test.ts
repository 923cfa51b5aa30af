import {
  CreateBackupCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { provisionTable } from '@cairn/infra/provision/tables';
import type { TableResource } from '@cairn/infra/resource-types';
import { tables } from '@cairn/infra/resources';
import { beforeAll, expect, it } from 'vitest';
import { describeOnEmulator } from './describe-on-emulator.ts';
import { say } from './say.ts';

/** Not where the other suites have made the same names. */
const REGION = 'eu-central-1';
const ALL = Object.values<TableResource>(tables);

describeOnEmulator('having it back, as docs/deploy.md says', (image) => {
  const dynamodb = new DynamoDBClient({ region: REGION });
  const s3 = new S3Client({ forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' });

  beforeAll(async () => {
    if (image.includes('moto')) {
      say(
        'moto restores a table as it is now, whatever moment is asked for: the steps are shown, not the moment',
      );
    }
    for (const table of ALL) {
      await provisionTable(dynamodb, table);
      await protect(table.name, true);
      await dynamodb.send(new PutItemCommand({ TableName: table.name, Item: itemOf(table) }));
    }
  });

  it.each(ALL)(
    'the table $name comes back under its own name, with keys, indexes and items',
    async (table) => {
      const { name } = table;
      const aside = `${name}-restored`;
      await dynamodb.send(
        new RestoreTableToPointInTimeCommand({
          SourceTableName: name,
          TargetTableName: aside,
          RestoreDateTime: new Date(),
        }),
      );
      const { BackupDetails } = await dynamodb.send(
        new CreateBackupCommand({ TableName: aside, BackupName: aside }),
      );
      await expect(dynamodb.send(new DeleteTableCommand({ TableName: name }))).rejects.toThrow(/Protection/);
      await protect(name, false);
      await dynamodb.send(new DeleteTableCommand({ TableName: name }));
      // Why the backup is needed: a table that is gone has no moments any more.
      await expect(
        dynamodb.send(
          new RestoreTableToPointInTimeCommand({ SourceTableName: name, TargetTableName: `${name}-again` }),
        ),
      ).rejects.toThrow(/not found/i);
      await dynamodb.send(
        new RestoreTableFromBackupCommand({ BackupArn: BackupDetails?.BackupArn, TargetTableName: name }),
      );

      expect(await lost(name)).toEqual({ ttl: 'DISABLED', recovery: 'DISABLED', protection: false });
      // Compares keys and indexes with resources.ts, and turns TTL on.
      await provisionTable(dynamodb, table);
      await protect(name, true);
      expect(await lost(name)).toEqual({
        ttl: table.ttlAttribute === undefined ? 'DISABLED' : 'ENABLED',
        recovery: 'ENABLED',
        protection: true,
      });
      const { Items } = await dynamodb.send(new ScanCommand({ TableName: name }));
      expect(Items).toEqual([itemOf(table)]);
      for (const index of table.indexes) {
        const { Count } = await dynamodb.send(
          new QueryCommand({
            TableName: name,
            IndexName: index.name,
            KeyConditionExpression: '#key = :key',
            ExpressionAttributeNames: { '#key': index.partitionKey.name },
            ExpressionAttributeValues: { ':key': valueOf(index.partitionKey) },
          }),
        );
        expect([index.name, Count]).toEqual([index.name, 1]);
      }
    },
  );

  it('an object that was removed comes back when its delete marker goes', async () => {
    const object = { Bucket: 'cairn-rehearsal', Key: 'asset/release/file' };
    await s3.send(new CreateBucketCommand({ Bucket: object.Bucket }));
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: object.Bucket,
        VersioningConfiguration: { Status: 'Enabled' },
      }),
    );
    await s3.send(new PutObjectCommand({ ...object, Body: 'bytes' }));
    await s3.send(new DeleteObjectCommand(object));
    await expect(s3.send(new GetObjectCommand(object))).rejects.toMatchObject({ name: 'NoSuchKey' });
    const { DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: object.Bucket }));
    expect(DeleteMarkers).toHaveLength(1);
    await s3.send(new DeleteObjectCommand({ ...object, VersionId: DeleteMarkers[0]?.VersionId }));
    const { Body } = await s3.send(new GetObjectCommand(object));
    expect(await Body?.transformToString()).toBe('bytes');
  });

  /** Both that keep a table: its recovery, and that nobody deletes it. */
  async function protect(TableName: string, isProtected: boolean): Promise<void> {
    await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: isProtected }));
    if (!isProtected) return;
    await dynamodb.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    );
  }

  /** What a restored table is without. */
  async function lost(TableName: string) {
    const [{ TimeToLiveDescription }, { ContinuousBackupsDescription }, { Table }] = await Promise.all([
      dynamodb.send(new DescribeTimeToLiveCommand({ TableName })),
      dynamodb.send(new DescribeContinuousBackupsCommand({ TableName })),
      dynamodb.send(new DescribeTableCommand({ TableName })),
    ]);
    return {
      ttl: TimeToLiveDescription?.TimeToLiveStatus,
      recovery: ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
      protection: Table?.DeletionProtectionEnabled ?? false,
    };
  }
});

const valueOf = ({ type }: TableResource['partitionKey']) => (type === 'N' ? { N: '1' } : { S: 'one' });

/** One that is in every index of its table. */
function itemOf(table: TableResource) {
  const keys = [table, ...table.indexes].flatMap(({ partitionKey, sortKey }) => [
    partitionKey,
    ...(sortKey === undefined ? [] : [sortKey]),
  ]);
  return Object.fromEntries(keys.map((key) => [key.name, valueOf(key)]));
}
