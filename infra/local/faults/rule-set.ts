import { seededRandom } from './seeded-random.ts';

/** How often a rule acts; which subjects fit it is its own matter. */
export interface Frequency {
  /** So many fitting subjects pass first. */
  readonly after?: number;
  /** So many are hit at most; absent: all. */
  readonly times?: number;
  /** Chance of each to be hit, by the seeded random; absent: 1. */
  readonly probability?: number;
}

export interface ActiveRule<Rule> {
  readonly rule: Rule;
  /** How many it has hit. */
  readonly hits: number;
  readonly released: AbortSignal;
  /** Ends the rule, and lets go of what it holds. */
  release(): Promise<void>;
}

export interface RuleSet<Rule extends Frequency, Subject> {
  add(rule: Rule, onRelease?: () => Promise<void>): ActiveRule<Rule>;
  /** The first rule, in the order of adding, that hits the subject. */
  hit(subject: Subject): ActiveRule<Rule> | undefined;
  clear(): Promise<void>;
}

interface Entry<Rule> extends ActiveRule<Rule> {
  hits: number;
  passed: number;
  readonly random: () => number;
}

export function createRuleSet<Rule extends Frequency, Subject>(options: {
  seed: number;
  fits: (rule: Rule, subject: Subject) => boolean;
}): RuleSet<Rule, Subject> {
  let entries: Entry<Rule>[] = [];
  let added = 0;

  const decides = (entry: Entry<Rule>, subject: Subject): boolean => {
    const { after = 0, times = Infinity, probability = 1 } = entry.rule;
    if (entry.hits >= times || !options.fits(entry.rule, subject)) return false;
    if (entry.passed < after) {
      entry.passed += 1;
      return false;
    }
    return entry.random() < probability;
  };

  return {
    add(rule, onRelease) {
      added += 1;
      const released = new AbortController();
      const entry: Entry<Rule> = {
        rule,
        hits: 0,
        passed: 0,
        // Each has a sequence of its own, so that one rule's luck does not depend on another's subjects.
        random: seededRandom(options.seed + added * 7919),
        released: released.signal,
        async release() {
          entries = entries.filter((each) => each !== entry);
          released.abort();
          await onRelease?.();
        },
      };
      entries.push(entry);
      return entry;
    },
    hit(subject) {
      const entry = entries.find((each) => decides(each, subject));
      if (entry !== undefined) entry.hits += 1;
      return entry;
    },
    async clear() {
      const all = entries;
      for (const entry of all) await entry.release();
    },
  };
}
