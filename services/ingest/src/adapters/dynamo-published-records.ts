import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Document } from '@cairn/shared/aws/clients';
import { publishedAsset } from '@cairn/shared/records/asset-record';
import { releaseRecord } from '@cairn/shared/records/release-record';
import type { PublishedRecords } from '../domain/orphans/published-records.ts';

const PAGE = 100;

/** The catalog's tables, scanned slowly. Its tombstones are no assets, and an item of another shape is skipped. */
export function dynamoPublishedRecords(options: {
  document: Document;
  assetsTable: string;
  releasesTable: string;
}): PublishedRecords {
  async function page(table: string, after: string | undefined) {
    const { Items = [], LastEvaluatedKey } = await options.document.send(
      new ScanCommand({
        TableName: table,
        Limit: PAGE,
        ConsistentRead: true,
        ...(after === undefined ? {} : { ExclusiveStartKey: JSON.parse(after) as Record<string, unknown> }),
      }),
    );
    return { items: Items, next: LastEvaluatedKey && JSON.stringify(LastEvaluatedKey) };
  }

  return {
    async releases(after) {
      const { items, next } = await page(options.releasesTable, after);
      return { releases: items.flatMap((item) => releaseRecord.safeParse(item).data ?? []), next };
    },
    async assets(after) {
      const { items, next } = await page(options.assetsTable, after);
      return { assets: items.flatMap((item) => publishedAsset.safeParse(item).data ?? []), next };
    },
  };
}
