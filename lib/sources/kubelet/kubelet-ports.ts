import type { HostView } from '../../host/host.ts';
import { KiB } from '../../model/units.ts';
import { flagText, parseFlags } from './kubelet-flags.ts';

/** A server of the kubelet: its port, and where to reach it from this host. */
export interface KubeletPort {
  readonly serves: 'api' | 'healthz' | 'readOnly';
  readonly port: number;
  readonly url: string;
}

const SERVERS = [
  { serves: 'api', scheme: 'https', flag: 'port', key: 'port', standard: 10250, at: 'address' },
  { serves: 'healthz', scheme: 'http', flag: 'healthz-port', key: 'healthzPort', standard: 10248, at: 'healthz-bind-address' },
  { serves: 'readOnly', scheme: 'http', flag: 'read-only-port', key: 'readOnlyPort', standard: 10255, at: 'address' },
] as const;

const ADDRESS_KEY: Readonly<Record<string, string>> = { address: 'address', 'healthz-bind-address': 'healthzBindAddress' };

const KEY =
  /^[ \t{]*"?(port|healthzPort|readOnlyPort|address|healthzBindAddress)"?[ \t]*:[ \t]*"?([0-9a-fA-F.:]+)"?[ \t]*,?[ \t]*(?:#.*)?\r?$/gm;

/** Ports and addresses of a KubeletConfiguration, in YAML or indented JSON: a glance, kubelet-settings reads it properly. */
function parseConfiguredPorts(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(KEY)].map(([, name = '', value = '']) => [name, value]));
}

/** What listens on every address is reached on the loopback. */
function toAuthority(address: string, port: number): string {
  if (address === '' || address === '0.0.0.0' || address === '::') return `127.0.0.1:${port}`;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Where a kubelet with this command line listens: flags, then its configuration file, then the defaults. Port 0 is off. */
export async function readKubeletPorts(host: HostView, argv: readonly string[]): Promise<readonly KubeletPort[]> {
  const flags = parseFlags(argv);
  const path = flagText(flags, 'config');
  const file = path === undefined ? undefined : await host.readFile(path, { maxBytes: 256 * KiB });
  const configured = file?.kind === 'text' ? parseConfiguredPorts(file.text) : {};
  return SERVERS.flatMap(({ serves, scheme, flag, key, standard, at }) => {
    const given = flagText(flags, flag) ?? configured[key] ?? '';
    const port = /^\d+$/.test(given) ? Number(given) : standard;
    const address = flagText(flags, at) ?? configured[ADDRESS_KEY[at] ?? ''] ?? '';
    return port === 0 ? [] : [{ serves, port, url: `${scheme}://${toAuthority(address, port)}` }];
  });
}
