import { DomainError } from '@cairn/shared/errors/domain-error';
import { requirePrincipal } from '@cairn/shared/http/endpoint';

/** User and session of a route that is for sessions only. */
export function requireSession(c: Parameters<typeof requirePrincipal>[0]): {
  readonly userId: string;
  readonly sessionId: string;
} {
  const { userId, sessionId } = requirePrincipal(c);
  if (sessionId === undefined) throw new DomainError('auth.session_required');
  return { userId, sessionId };
}
