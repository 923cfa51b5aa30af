import { afterAll, beforeAll, it } from 'vitest';
import { startCatalogWorld, type CatalogWorld } from './support/catalog-world.ts';
import { replicasUnderRandomEdits } from './support/random-edits.ts';

const EDITS = Number(process.env.REPLICA_EDITS ?? 5_000);
const patience = 120_000 + EDITS * 400;

let world: CatalogWorld;
beforeAll(async () => {
  world = await startCatalogWorld();
});
afterAll(() => world.close());

it(
  `replicas that kept up with ${EDITS} random edits under faults equal each other and one that is rebuilt (I12)`,
  { timeout: patience },
  () => replicasUnderRandomEdits(world, { edits: EDITS, assets: 40, seed: 11, withinMs: 120_000 }),
);
