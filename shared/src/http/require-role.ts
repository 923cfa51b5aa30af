import { DomainError } from '../errors/domain-error.ts';
import { requirePrincipal } from './endpoint.ts';
import type { Principal, Role } from './principal.ts';

export function hasRole(principal: Principal | undefined, role: Role): boolean {
  return principal?.roles?.has(role) === true;
}

/** The principal of a route for those alone who have the role; `auth.role_required` for everybody else. */
export function requireRole(c: { get(key: 'principal'): Principal | undefined }, role: Role): Principal {
  const principal = requirePrincipal(c);
  if (!hasRole(principal, role)) throw new DomainError('auth.role_required');
  return principal;
}
