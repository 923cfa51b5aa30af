import { newestVersion } from '../fields/release-version.ts';
import type { PublishedAsset, ReleaseSummary } from './asset-record.ts';

type Releases = PublishedAsset['releases'];

/** What an asset shows of its releases as a whole: the newest one that is not yanked, else the newest. */
export function newestFacts(
  releases: Releases,
): Pick<PublishedAsset, 'version' | 'asset_size' | 'compatible_engine_ver'> | undefined {
  const version = newestVersion(unyanked(releases)) ?? newestVersion(Object.keys(releases));
  const newest = version === undefined ? undefined : releases[version];
  if (version === undefined || newest === undefined) return undefined;
  return { version, asset_size: newest.size, compatible_engine_ver: newest.compatible_engine_ver };
}

/** The versions that search and "newest" know of. */
export function unyanked(releases: Readonly<Record<string, Pick<ReleaseSummary, 'yanked'>>>): string[] {
  return Object.keys(releases).filter((version) => releases[version]?.yanked === undefined);
}
