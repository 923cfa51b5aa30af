import dns from 'node:dns';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { HOSTILE_MODELS, leavingModels } from '../../src/testing/models/hostile-models.ts';
import { probeModel } from '../../src/testing/models/probe-model.ts';

/*
 * Probes every hostile model while everything that opens a file or a connection is watched, and tells what it
 * saw. Arguments: where the canary listens, and names that lead to it and to a canary file.
 */
const [canary = '', ...uris] = process.argv.slice(2);
const touched: string[] = [];

function watch(name: string, module: object): void {
  for (const [key, value] of Object.entries(module)) {
    if (typeof value !== 'function') continue;
    const seen = (...args: unknown[]): unknown => {
      touched.push(`${name}.${key}`);
      return Reflect.apply(value, module, args);
    };
    try {
      Object.assign(module, { [key]: seen });
    } catch {
      // A getter without a setter: a class or a constant, which opens nothing.
    }
  }
}

const models = [...HOSTILE_MODELS, ...leavingModels(canary, uris)].map((model) => ({
  ...model,
  content: model.bytes(),
}));
for (const [name, module] of Object.entries({ fs, 'fs.promises': fs.promises, dns, net })) {
  watch(name, module);
}
syncBuiltinESMExports();

const told = models.map(({ name, path, code, size, content }) => {
  const startedAt = process.cpuUsage();
  const said = probeModel({ path, bytes: content, size });
  const { user, system } = process.cpuUsage(startedAt);
  return { name, code, said, ms: (user + system) / 1000 };
});
const maxRssBytes = process.resourceUsage().maxRSS * 1024;
process.send?.({ told, touched: [...touched], maxRssBytes }, () => process.exit(0));
