import { createServer } from 'node:http';
import { access } from '@cairn/infra/access';
import { forwarder } from './forward.ts';
import { grantedRights } from './granted-rights.ts';
import { requiredRights, type Right } from './required-rights.ts';

// Between the services and the emulator, which checks no rights: refuses what the role of a service on AWS
// would be refused. Who asks is said by the access key, which docker gives each service by its name.
// `GET /guard` tells what was refused, and which rights were used.
const forward = forwarder(new URL('http://emulator:4566'));
const granted = grantedRights();
/** All that a service may see of a user whom it only asks whether he is gone. */
const STATUS = new Set(['asin', 'status']);
const readStatusOnly = new Set(
  Object.keys(access).filter((name) => access[name as keyof typeof access].userStatus),
);
const used = new Set<string>();
const refused = new Set<string>();

createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const { method = 'GET', url: target = '/', headers } = incoming;
    if (target === '/guard') {
      outgoing.end(JSON.stringify({ refused: [...refused].sort(), used: [...used].sort() }));
      return;
    }
    const body = Buffer.concat(chunks);
    const service = /Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1] ?? 'nobody';
    const rights = requiredRights({ method, target, headers, body: body.toString() });
    for (const right of rights) {
      const said = `${service} ${right.action} ${right.resource}`;
      if (granted.has(said) && seesNoMoreThanItMay(service, right)) {
        used.add(said);
      } else {
        refused.add(said);
        outgoing.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' });
        outgoing.end(JSON.stringify({ __type: 'AccessDeniedException', message: said }));
        return;
      }
    }
    forward(incoming, body, outgoing);
  });
}).listen(4566, '0.0.0.0');

function seesNoMoreThanItMay(service: string, { resource, attributes }: Right): boolean {
  if (resource !== 'users' || !readStatusOnly.has(service)) return true;
  return attributes?.every((each) => STATUS.has(each)) === true;
}
process.on('SIGTERM', () => process.exit(0));
