/** Where all replicas agree on one salt a day. */
export interface SaltStore {
  /** The salt of the day: this one, unless another is there already. */
  agree(day: string, proposal: string): Promise<string>;
  /** Removes the salts of the days before. */
  forgetBefore(day: string): Promise<void>;
}

/** The salt of the day of a moment; nobody has those of the days before the one before it. */
export type SaltOf = (at: Date) => Promise<string>;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * One salt a day for all processes, asked for once, and an hour before the day begins. Without the salt nobody
 * can tell any more which address a client's hash was of; so it is forgotten as soon as the clocks of all
 * replicas must have left its day.
 */
export function dailySalt(deps: {
  store: SaltStore;
  newSalt: () => string;
  onFailure: (error: unknown) => void;
}): SaltOf {
  const { store, newSalt, onFailure } = deps;
  const known = new Map<string, Promise<string>>();
  const dayAfter = (at: Date, ms: number) => new Date(at.getTime() + ms).toISOString().slice(0, 10);

  function ask(day: string, at: Date): Promise<string> {
    const asking = store.agree(day, newSalt());
    known.set(day, asking);
    asking.then(
      () => store.forgetBefore(dayAfter(at, -DAY_MS)).catch(onFailure),
      () => known.delete(day),
    );
    for (const kept of known.keys()) if (kept < dayAfter(at, -DAY_MS)) known.delete(kept);
    return asking;
  }

  return (at) => {
    const [today, soon] = [dayAfter(at, 0), dayAfter(at, HOUR_MS)];
    if (!known.has(soon) && soon !== today) ask(soon, at).catch(onFailure);
    return known.get(today) ?? ask(today, at);
  };
}
