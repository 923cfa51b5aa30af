import type { Family, FuzzCase } from '../fuzz-case.ts';
import { mutate } from '../mutate.ts';
import { randomOf, type Random } from '../random.ts';
import { corpusSeeds } from './corpus-seeds.ts';
import { archiveSeeds, modelSeeds, programSeeds } from './file-seeds.ts';
import { pictureSeeds } from './picture-seeds.ts';

/** So many cases are left as they were made ... */
const UNCHANGED = 0.05;
/** ... and so many begin with a file that is refused by itself. */
const HOSTILE = 0.25;

export type Seeds = readonly [Family, ...Family[]];

/** Made by the project, and what is below `corpus`. */
export async function fuzzSeeds(corpus?: string): Promise<Seeds> {
  const pictures = await pictureSeeds();
  const archives = archiveSeeds();
  const models = modelSeeds();
  // Pictures and archives have the most ways to be wrong.
  const families: [Family, ...Family[]] = [pictures, pictures, pictures];
  families.push(archives, archives, archives, models, models, programSeeds());
  if (corpus !== undefined) {
    const found = await corpusSeeds(corpus);
    families.push(found, found, found);
  }
  return families;
}

/** The case of this number: the same for the same seed and files to begin with. */
export function caseOf(seeds: Seeds, seed: number, index: number): FuzzCase {
  const random = randomOf(seed, index);
  const family = random.pick(seeds);
  const subject = seedOf(family, random);
  if (random.chance(UNCHANGED)) return subject;
  // Mostly of the same family: what is spliced in then means something where it lands.
  const other = random.chance(0.8) ? family : random.pick(seeds);
  return mutate(subject, seedOf(other, random), random);
}

function seedOf({ valid, hostile }: Family, random: Random): FuzzCase {
  const [first, ...more] = hostile;
  return first !== undefined && random.chance(HOSTILE) ? random.pick([first, ...more]) : random.pick(valid);
}
