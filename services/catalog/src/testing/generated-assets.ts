import type { SearchCriteria, SearchDocument, Sort } from '../domain/search/search-index.ts';
import { SORTS } from '../domain/search/search-index.ts';

/** Numbers from 0 to 1, always the same for a seed. */
export type Random = () => number;

/** mulberry32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const COMMON = `low poly knight castle stone tower sword shield dragon forest tree rock modular dungeon sci fi
spaceship robot character animated rigged weapon vehicle car truck road city building house interior furniture
kitchen medieval fantasy pixel art tileset sprite platformer icon gui button font sound music ambient loop shader
water grass terrain sky cloud particle effect fire smoke explosion magic spell potion chest gold coin treasure map
farm animal horse wolf cat dog fish bird insect skeleton zombie ghost vampire pirate ship boat island beach desert
snow ice mountain cave mine crystal gem metal wood brick concrete glass plastic fabric leather texture material pbr
hand painted stylized realistic cartoon cute horror dark bright neon cyberpunk steampunk western military soldier
gun rifle pistol grenade tank plane helicopter station train bridge river lake ocean swamp jungle plant flower
mushroom food fruit vegetable bread cheese drink bottle barrel crate box door window wall floor roof stair pack set
bundle collection kit starter complete ultimate free simple basic advanced professional mobile optimized ready game
the and with for includes every model comes in different colors sizes easy to use fully tested on all platforms`
  .split(/\s+/)
  .filter((word) => word !== '');
const RARE = ['épée', 'Straße', 'naïve', 'ΟΔΟΣ', 'рыцарь', '騎士', '魔法の剣', 'スター', '성', 'ปราสาท'];
const LICENSES = ['CC-BY-4.0', 'MIT', 'CC0-1.0', 'Apache-2.0', 'CC-BY-SA-4.0', 'GPL-3.0-only', 'OFL-1.1'];
const ENGINES = ['4.x', '>=4.1 <5', '4.2', '3.5', '>=3.4 <4.3', '^4.3', '4.2.1', '>=4', '3.x', '~4.4'];
export const ENGINE_VERSIONS = ['3.4', '3.5', '4.0', '4.1', '4.2', '4.2.1', '4.3', '4.4', '5', '4.x'];
const PLATFORMS = ['linux', 'windows', 'macos', 'android', 'ios', 'web'];
const FORMATS = ['glb', 'gltf', 'fbx', 'obj', 'png', 'wav', 'ogg', 'blend', 'tres', 'ttf'];
const SYLLABLES = [
  'ka',
  'ro',
  'mi',
  'ten',
  'sul',
  'vor',
  'na',
  'qui',
  'bel',
  'dra',
  'fen',
  'gor',
  'hal',
  'lis',
];

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2022, 0, 1);

/** Assets as a store has them: words after Zipf's law, a long tail of names of their own, few other scripts. */
export function assetGenerator(random: Random, vocabulary = 60_000) {
  const below = (n: number) => Math.floor(random() * n);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  /** Low numbers far more often than high ones. */
  const zipf = (n: number) => Math.min(n - 1, Math.floor(n ** random()) - 1);

  function word(): string {
    if (random() < 0.004) return pick(RARE);
    const n = zipf(vocabulary);
    return COMMON[n] ?? invented(n);
  }
  const words = (n: number) => Array.from({ length: n }, word);
  const some = (values: readonly string[], most: number) => [
    ...new Set(Array.from({ length: below(most + 1) }, () => pick(values))),
  ];
  const asinOf = (n: number) => `asset_01${String(n).padStart(24, '0')}`;

  return {
    asinOf,
    word,
    document(n: number): SearchDocument {
      const posted = FIRST_DAY + below(1_700 * DAY_MS);
      return {
        asin: asinOf(n),
        user_id: `user_${zipf(20_000)}`,
        name: capital(words(2 + below(4)).join(' ')),
        description: `${capital(words(8 + below(40)).join(' '))}.`,
        file_words: random() < 0.3 ? words(10).join('_') + '.glb' : undefined,
        kind: random() < 0.7 ? '3d' : '2d',
        tags: [...new Set(Array.from({ length: 1 + below(8) }, () => word().toLowerCase()))],
        license: LICENSES[zipf(LICENSES.length)] ?? 'MIT',
        release_engines: Array.from({ length: 1 + below(3) }, () => some(ENGINES, 2).concat(pick(ENGINES))),
        asset_size: 1_000 + below(5_000_000) * (1 + below(50)),
        downloads: Math.floor(1 / (random() + 0.000_01)) - 1,
        date_posted: new Date(posted).toISOString(),
        date_updated: new Date(posted + below(200 * DAY_MS)).toISOString(),
        ...(random() < 0.5 ? { platforms: some(PLATFORMS, 3), formats: some(FORMATS, 3) } : {}),
      };
    },
    /** What people type: whole words, a beginning at the end, now and then a typo. */
    text(): string {
      const typed = words(1 + zipf(5));
      const dice = random();
      const last = typed.length - 1;
      if (dice < 0.4) typed[last] = (typed[last] ?? '').slice(0, 2 + below(4));
      else if (dice < 0.6) typed[last] = misspelt(typed[last] ?? '', random);
      return typed.join(' ');
    },
    criteria(): SearchCriteria {
      const when = (chance: number) => random() < chance;
      const day = () => new Date(FIRST_DAY + below(1_700 * DAY_MS)).toISOString();
      return {
        text: when(0.75) ? this.text() : undefined,
        kind: when(0.2) ? pick(['2d', '3d'] as const) : undefined,
        engine: when(0.25) ? pick(ENGINE_VERSIONS) : undefined,
        tags: when(0.15) ? [word().toLowerCase()] : [],
        anyTags: when(0.15) ? [word().toLowerCase(), word().toLowerCase()] : undefined,
        licenses: when(0.2) ? some(LICENSES, 3) : undefined,
        owner: when(0.03) ? `user_${zipf(20_000)}` : undefined,
        size: when(0.1) ? { min: below(5_000_000), max: when(0.5) ? 50_000_000 : undefined } : undefined,
        posted: when(0.1) ? { from: day(), before: when(0.3) ? day() : undefined } : undefined,
        platforms: when(0.1) ? some(PLATFORMS, 2) : undefined,
        formats: when(0.1) ? some(FORMATS, 2) : undefined,
        sort: pick<Sort>(SORTS),
      };
    },
  };
}

/** A word of its own for each number. */
function invented(n: number): string {
  let text = '';
  for (let rest = n; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    text += SYLLABLES[rest % SYLLABLES.length];
  }
  return text;
}

function misspelt(word: string, random: Random): string {
  const at = Math.floor(random() * word.length);
  const dice = random();
  if (dice < 0.25) return word.slice(0, at) + word.slice(at + 1);
  if (dice < 0.5) return `${word.slice(0, at)}x${word.slice(at)}`;
  if (dice < 0.75) return `${word.slice(0, at)}x${word.slice(at + 1)}`;
  return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
