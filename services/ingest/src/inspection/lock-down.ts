import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/*
 * Imported before anything else in the child. Node's permission model (24) shuts the file system, other
 * processes, workers and the inspector, but knows no network: so the ways that JavaScript has into it are
 * taken away here. Native code is not bound by this; where a task runs decides what that can reach.
 */
const refuse = () => {
  throw Object.assign(new Error('the inspection child has no network'), { code: 'ERR_ACCESS_DENIED' });
};

function replace(target: object, names: readonly string[]): void {
  for (const name of names) {
    if (name in target) Object.defineProperty(target, name, { value: refuse, writable: false });
  }
}

const functionsOf = (module: object): string[] =>
  Object.entries(module).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));

// http, https, http2 and tls all connect and listen through these two.
replace(net.Socket.prototype, ['connect']);
replace(net.Server.prototype, ['listen']);
replace(dgram.Socket.prototype, ['bind', 'connect', 'send', 'addMembership']);
replace(dns.promises, functionsOf(dns.promises));
replace(dns, functionsOf(dns));
replace(globalThis, ['fetch', 'WebSocket', 'EventSource']);
// Deprecated ways to the C++ below all that, and to other processes.
replace(process, ['binding', '_linkedBinding', 'kill', '_kill', '_debugProcess', 'execve']);
syncBuiltinESMExports();
