import type { AssetRecord } from '@cairn/shared/records/asset-record';
import type { RecordWatcher } from '../replica/replica.ts';

/** Who owns what, in this replica's memory; kept by watching it. */
export interface Ownership {
  readonly watch: RecordWatcher;
  /** Also those that search does not show. */
  idsOfOwner(userId: string): string[];
  idsOfCoOwner(userId: string): string[];
}

export function createOwnership(): Ownership {
  const owned = groups();
  const shared = groups();
  return {
    watch(before, after) {
      for (const user of ownerOf(before)) owned.remove(user, after.asin);
      for (const user of coOwnersOf(before)) shared.remove(user, after.asin);
      for (const user of ownerOf(after)) owned.add(user, after.asin);
      for (const user of coOwnersOf(after)) shared.add(user, after.asin);
    },
    idsOfOwner: (userId) => owned.of(userId),
    idsOfCoOwner: (userId) => shared.of(userId),
  };
}

const ownerOf = (record: AssetRecord | undefined): readonly string[] =>
  record?.status === 'published' ? [record.user_id] : [];

const coOwnersOf = (record: AssetRecord | undefined): readonly string[] =>
  record?.status === 'published' ? record.co_owners : [];

function groups() {
  const members = new Map<string, Set<string>>();
  return {
    of: (name: string) => [...(members.get(name) ?? [])],
    add(name: string, member: string) {
      const group = members.get(name) ?? new Set();
      members.set(name, group.add(member));
    },
    remove(name: string, member: string) {
      const group = members.get(name);
      group?.delete(member);
      if (group?.size === 0) members.delete(name);
    },
  };
}
