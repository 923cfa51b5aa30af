import { BlockList, isIP, isIPv6 } from 'node:net';

/** The address that a request counts for: its socket's, unless that is a proxy that may speak for others. */
export type ClientAddress = (socketAddress: string, forwardedFor: string | undefined) => string;

const MAX_HOPS = 10;

/** `trusted`: addresses or CIDR blocks of the proxies whose `X-Forwarded-For` counts. */
export function clientAddressResolver(trusted: readonly string[]): ClientAddress {
  if (trusted.length === 0) return plainAddress;
  const proxies = blockListOf(trusted);
  const isProxy = (address: string) => proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

  return (socketAddress, forwardedFor) => {
    let address = plainAddress(socketAddress);
    const hops = forwardedFor?.split(',').slice(-MAX_HOPS) ?? [];
    while (hops.length > 0 && isProxy(address)) {
      const hop = plainAddress(hops.pop()?.trim() ?? '');
      if (isIP(hop) === 0) break;
      address = hop;
    }
    return address;
  };
}

/** Whether the text can stand in TRUSTED_PROXIES. */
export function isAddressBlock(text: string): boolean {
  const [address = '', prefix] = text.split('/');
  const version = isIP(address);
  if (version === 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 6 ? 128 : 32));
}

/** What rate limits count by: a host can have all of an IPv6 /64 to itself. */
export function rateLimitKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

/** IPv4 as it is, also where a socket that listens on IPv6 has mapped it. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

function blockListOf(blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/');
    const type = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, type);
    else list.addSubnet(address, Number(prefix), type);
  }
  return list;
}
