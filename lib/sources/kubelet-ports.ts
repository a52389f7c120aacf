import type { HostView } from '../host/host.ts';
import { KiB } from '../model/units.ts';

/** The TCP ports by which a kubelet is known. 0 (switched off) is left out. */
export const DEFAULT_PORTS = [10250, 10248] as const;

/** Value of `--name=value` or `--name value`; the last one wins, as in the kubelet. */
export function flagValue(argv: readonly string[], name: string): string | undefined {
  const last = argv.findLastIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  const word = argv[last];
  if (word === undefined) return undefined;
  return word.includes('=') ? word.slice(name.length + 3) : argv[last + 1];
}

const PORT = /^[ \t{]*"?(port|healthzPort)"?[ \t]*:[ \t]*(\d{1,5})\b/gm;

/** `port` and `healthzPort` of a KubeletConfiguration in YAML or JSON: a glance, kubelet-settings reads it properly. */
export function parseConfiguredPorts(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries([...text.matchAll(PORT)].map(([, name = '', port]) => [name, Number(port)]));
}

/** Where this kubelet listens: flags, then its configuration file, then the defaults. */
export async function readKubeletPorts(host: HostView, argv: readonly string[]): Promise<readonly number[]> {
  const path = flagValue(argv, 'config');
  const file = path === undefined ? undefined : await host.readFile(path, { maxBytes: 256 * KiB });
  const configured = file?.kind === 'text' ? parseConfiguredPorts(file.text) : {};
  const one = (flag: string, key: string, standard: number) => {
    const text = flagValue(argv, flag) ?? '';
    return /^\d+$/.test(text) ? Number(text) : (configured[key] ?? standard);
  };
  const [port, healthz] = DEFAULT_PORTS;
  return [one('port', 'port', port), one('healthz-port', 'healthzPort', healthz)].filter((number) => number > 0);
}
