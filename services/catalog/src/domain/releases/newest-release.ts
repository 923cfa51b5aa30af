import { DomainError } from '@cairn/shared/errors/domain-error';
import { supportsEngine } from '@cairn/shared/fields/supports-engine';
import { highestFirst, newestVersion } from '@cairn/shared/fields/release-version';
import type { PublishedAsset } from '@cairn/shared/records/asset-record';
import { unyanked } from '@cairn/shared/records/newest-release';

const TOLD = 3;

/** The version of the newest release that is offered, and that supports the engine, if one is asked for. */
export function newestFor(asset: PublishedAsset, engine?: string): string {
  const offered = unyanked(asset.releases);
  const fitting =
    engine === undefined
      ? offered
      : offered.filter((version) => supportsEngine(rangesOf(asset, version), engine));
  const newest = newestVersion(fitting);
  if (newest !== undefined) return newest;
  throw new DomainError('release.not_found', { hint: whatThereIs(asset, offered) });
}

const rangesOf = (asset: PublishedAsset, version: string): readonly string[] =>
  asset.releases[version]?.compatible_engine_ver ?? [];

function whatThereIs(asset: PublishedAsset, offered: readonly string[]): string {
  if (offered.length === 0) {
    return 'Every release was yanked. One can still be had by its version: see the list of releases.';
  }
  const some = highestFirst(offered)
    .slice(0, TOLD)
    .map((version) => `${version} for ${rangesOf(asset, version).join(', ')}`);
  const more = offered.length > TOLD ? ' and older ones' : '';
  return `There is ${some.join('; ')}${more}.`;
}
