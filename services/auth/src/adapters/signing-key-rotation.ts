import type { SigningKeyStorage } from '../domain/ports.ts';
import {
  generateKey,
  parseSigningKeySet,
  parseStoredKeySet,
  SigningKeyError,
  storedKeySetText,
  type StoredKeySet,
} from './signing-key-set.ts';

/** A standby that was published for so long is known to everybody who verifies. */
export const STANDBY_KNOWN_AFTER_MS = 10 * 60_000;

/** The standby signs from now on, with a new standby beside it; what signed until now stays published. */
export async function rotated(
  { keys }: StoredKeySet,
  now: Date,
  { atOnce = false }: { atOnce?: boolean } = {},
): Promise<StoredKeySet> {
  const next = keys.find((key) => key.role === 'standby');
  if (next === undefined) throw new SigningKeyError('there is no standby to rotate to');
  if (!atOnce && now.getTime() - Date.parse(next.created_at) < STANDBY_KNOWN_AFTER_MS) {
    throw new SigningKeyError(
      'the standby was published less than ten minutes ago: wait, or rotate with --at-once',
    );
  }
  const standby = await generateKey('standby', now);
  const moved = keys.map((key) => {
    if (key.kid === next.kid) return { ...key, role: 'current' as const };
    if (key.role === 'current') return { ...key, role: 'retired' as const, retired_at: now.toISOString() };
    return key;
  });
  return { keys: [...moved, standby] };
}

/** Without the key; everything that it has signed is refused within ten minutes, API keys too. */
export async function withoutKey({ keys }: StoredKeySet, kid: string, now: Date): Promise<StoredKeySet> {
  const removed = keys.find((key) => key.kid === kid);
  if (removed === undefined) throw new SigningKeyError('there is no signing key of this id');
  if (removed.role === 'current') throw new SigningKeyError('this key signs: rotate first');
  const rest = keys.filter((key) => key.kid !== kid);
  if (rest.some((key) => key.role === 'standby')) return { keys: rest };
  return { keys: [...rest, await generateKey('standby', now)] };
}

/** One change of the stored set, by whoever wins; who lost reads again and decides again. */
export async function changeStoredKeys(
  storage: SigningKeyStorage,
  change: (set: StoredKeySet) => Promise<StoredKeySet>,
): Promise<StoredKeySet> {
  for (;;) {
    const stored = await storage.read();
    if (stored === undefined) throw new SigningKeyError('there are no signing keys yet: start auth once');
    const changed = await change(parseStoredKeySet(stored.text));
    const text = storedKeySetText(changed);
    await parseSigningKeySet(text);
    if (await storage.write(text, stored.version)) return changed;
  }
}
