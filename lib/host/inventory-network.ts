import type { Network, NetworkInterface } from '../model/inventory.ts';
import { printable } from '../model/printable.ts';
import type { HostView } from './host.ts';

const SYS = '/sys/class/net';
const MOST_LISTED = 64;

type Files = Pick<HostView, 'readFile' | 'readLink' | 'listDirectory' | 'fileStatus'>;

/** systemd's names of last resort are the address: `enx001122334455`. */
const withoutAddress = (name: string) => name.replace(/^(en|wl|ww|ib|sl)x[0-9a-f]{12}$/, '$1x…');

async function kindOf({ fileStatus }: Files, name: string): Promise<NetworkInterface['kind'] | undefined> {
  const has = async (file: string) => (await fileStatus(`${SYS}/${name}/${file}`)).kind === 'status';
  if (await has('bonding')) return 'bond';
  if (await has('bridge')) return 'bridge';
  return (await has('device')) ? 'physical' : undefined;
}

async function describe(files: Files, name: string, kind: NetworkInterface['kind']): Promise<NetworkInterface> {
  const word = async (file: string) => {
    const answer = await files.readFile(`${SYS}/${name}/${file}`, { maxBytes: 256 });
    return answer.kind === 'text' ? printable(answer.text.trim(), 40) : '';
  };
  // Speed and duplex of an interface that is down are an error, of one that has none -1 and `unknown`.
  const [state, speed, duplex, mtu] = await Promise.all(['operstate', 'speed', 'duplex', 'mtu'].map(word));
  const driver = await files.readLink(`${SYS}/${name}/device/driver`);
  return {
    name: printable(withoutAddress(name), 40),
    kind,
    ...(driver.kind === 'link' ? { driver: printable(driver.target.split('/').at(-1) ?? '', 40) } : {}),
    ...(state === undefined || state === '' ? {} : { state }),
    ...(Number(speed) > 0 ? { megabits: Number(speed) } : {}),
    ...(duplex === undefined || duplex === '' || duplex === 'unknown' ? {} : { duplex }),
    ...(Number(mtu) > 0 ? { mtu: Number(mtu) } : {}),
  };
}

/** Not by systeminformation: it starts two shells for each interface, and a node has as many as pods. */
export async function readNetwork(files: Files): Promise<Network> {
  const listed = await files.listDirectory(SYS);
  if (listed.kind !== 'entries') throw new Error(`${SYS}: ${listed.kind}`);
  const names = listed.names.filter((name) => name !== 'lo' && name !== 'bonding_masters');
  const kinds = await Promise.all(names.map(async (name) => [name, await kindOf(files, name)] as const));
  const own = kinds.flatMap(([name, kind]) => (kind === undefined ? [] : [{ name, kind }]));
  const interfaces = await Promise.all(own.slice(0, MOST_LISTED).map(({ name, kind }) => describe(files, name, kind)));
  return { interfaces, others: names.length - interfaces.length };
}
