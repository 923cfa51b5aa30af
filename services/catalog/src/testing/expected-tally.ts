import type { DownloadGrant } from '../domain/downloads/download-grant.ts';

/** What must have been counted of distinct grants of one asset, by the rule itself. */
export function expectedTally(grants: readonly DownloadGrant[]) {
  const rawByVersion = new Map<string, number>();
  const rawByEngine = new Map<string, number>();
  const firsts = new Set<string>();
  const addTo = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const { at, client, file_id, version, engine } of grants) {
    firsts.add(`${at.slice(0, 10)} ${client} ${file_id}`);
    addTo(rawByVersion, version);
    if (engine !== undefined) addTo(rawByEngine, engine);
  }
  return { raw: grants.length, unique: firsts.size, rawByVersion, rawByEngine };
}
