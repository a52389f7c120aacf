import { isIPv6 } from 'node:net';

/** Addresses get stand-ins of RFC 5737 and RFC 3849, the same one every time, so that two that were equal stay equal. */
export interface StandIns {
  ipv4(address: string): string;
  ipv6(address: string): string;
  mac(address: string): string;
  /** A file of /proc/net, where addresses are hexadecimal numbers. */
  hexadecimal(text: string): string;
}

function numbered(make: (n: number) => string): (address: string) => string {
  const known = new Map<string, string>();
  return (address) => {
    const standIn = known.get(address) ?? make(known.size + 1);
    known.set(address, standIn);
    return standIn;
  };
}

const hex = (value: number) => value.toString(16).padStart(2, '0');

function isLocal4(address: string): boolean {
  return /^(127\.|0\.0\.0\.0$|255\.)/.test(address) || address.split('.').some((part) => Number(part) > 255);
}

/** Unspecified, loopback, and what every host has: fe80::, ff02::1. */
const isLocal6 = (address: string) => /^(::1?|::ffff:.*|fe80::|ff[0-9a-f:]*)$/.test(address);

const canonical = (address: string) => new URL(`http://[${address}]`).hostname.slice(1, -1);

const reversed = (digits: string) => (digits.match(/../g) ?? []).toReversed().join('');
/** /proc/net/tcp6 has four words in the byte order of the host, ipv6_route the bytes as they are. */
const wordwise = (digits: string) => (digits.match(/.{8}/g) ?? []).map(reversed).join('');

function digitsOf(address: string): string {
  const [head = '', tail = ''] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const groups = [...head, ...Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail];
  return groups.map((group) => group.padStart(4, '0')).join('');
}

export function standIns(): StandIns {
  const ipv4 = numbered((n) => `198.51.${100 + Math.floor(n / 256)}.${n % 256}`);
  const ipv6 = numbered((n) => `2001:db8::${n.toString(16)}`);
  const mac = numbered((n) => `02:00:00:00:${hex(Math.floor(n / 256))}:${hex(n % 256)}`);
  const self: StandIns = {
    ipv4: (address) => (isLocal4(address) ? address : ipv4(address)),
    ipv6: (address) => (!isIPv6(address) || isLocal6(canonical(address)) ? address : ipv6(canonical(address))),
    mac: (address) => mac(address.toLowerCase()),
    hexadecimal: (text) =>
      text
        .replace(/\b[0-9A-F]{32}(?=:[0-9A-F]{4}\b)/g, (digits) => wordwise(long(wordwise(digits))).toUpperCase())
        .replace(/\b[0-9a-f]{32}\b(?!:)/g, long)
        .replace(/\b[0-9A-F]{8}(?=:[0-9A-F]{4}\b)/g, short)
        .replace(/^(\S+\t)([0-9A-F]{8})\t([0-9A-F]{8})(?=\t)/gm, (_, device: string, to: string, via: string) =>
          [`${device}${short(to)}`, short(via)].join('\t'),
        ),
  };

  function short(digits: string): string {
    const bytes = (reversed(digits).match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
    return reversed(self.ipv4(bytes.join('.')).split('.').map(Number).map(hex).join('')).toUpperCase();
  }

  function long(digits: string): string {
    // An IPv4 address in IPv6's clothes.
    const mapped = /^(0{20}ffff)(.{8})$/i.exec(digits);
    if (mapped !== null) return `${mapped[1]}${reversed(short(reversed(mapped[2] ?? '')))}`;
    return digitsOf(self.ipv6((digits.match(/.{4}/g) ?? []).join(':')));
  }

  return self;
}
