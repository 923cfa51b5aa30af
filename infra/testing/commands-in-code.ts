import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '../resource-types.ts';

const root = new URL('../../', import.meta.url);

/** Commands of the SDK that the code of a service constructs, wherever its main.ts leads to. */
export function commandsInCodeOf(service: ServiceName): Set<string> {
  const commands = new Set<string>();
  for (const source of modulesFrom(new URL(`services/${service}/src/main.ts`, root))) {
    for (const [, name = ''] of source.matchAll(/\bnew ([A-Z]\w+)Command\(/g)) commands.add(name);
    for (const [, name = ''] of source.matchAll(/\bpaginate([A-Z]\w+)\(/g)) commands.add(name);
  }
  return commands;
}

function modulesFrom(entry: URL): string[] {
  const sources = new Map<string, string>();
  const waiting = [entry];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (sources.has(next.href)) continue;
    const source = readFileSync(fileURLToPath(next), 'utf8');
    sources.set(next.href, source);
    for (const specifier of imports(source)) {
      const found = resolve(specifier, next);
      if (found !== undefined) waiting.push(found);
    }
  }
  return [...sources.values()];
}

/** What is imported for its values, and files that threads and child processes are started with. */
function imports(source: string): string[] {
  return [
    ...source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm),
    ...source.matchAll(/^import '([^']+)'/gm),
    ...source.matchAll(/\bimport\('([^']+)'\)/g),
    ...source.matchAll(/new URL\(\s*'([^']+\.ts)'/g),
  ].map(([, specifier = '']) => specifier);
}

function resolve(specifier: string, from: URL): URL | undefined {
  if (specifier.startsWith('.')) return new URL(specifier, from);
  const shared = /^@cairn\/shared\/(.+)$/.exec(specifier)?.[1];
  if (shared !== undefined) return new URL(`shared/src/${shared}.ts`, root);
  if (specifier.startsWith('@cairn/')) throw new Error(`a service imports ${specifier}`);
  return undefined;
}
