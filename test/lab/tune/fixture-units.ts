import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chooseMechanism } from '../../../lib/tune/mechanism.ts';
import type { Target } from '../../../lib/tune/target.ts';
import { nodeOf } from '../../tune/nodes.ts';
import { tellable } from '../../tune/wild-units.ts';
import type { LabHost } from '../host.ts';

/** A script: systemd runs it by the shell, and the shell's command line ends with what systemd gave. */
const PROGRAM = '/usr/local/bin/lab-argv';
const SCRIPT = '#!/bin/sh\nsleep 600\n';

export const target: Target = {
  hard: { 'memory.available': '100Mi', 'nodefs.available': '5%', 'nodefs.inodesFree': '5%', 'imagefs.available': '15%' },
  soft: {},
  grace: {},
  writesSoft: false,
};

type Texts = Readonly<Record<string, string>>;

export interface Placed {
  readonly name: string;
  readonly unit: string;
  /** Beside the kubelet's own: its files under another unit's name. */
  readonly files: Texts;
  /** The file that tune eviction would write, as it would write it; absent: it refuses this one. */
  readonly change?: { readonly path: string; readonly after: string };
}

/** The same unit of another name, its files in a directory of its own, its program one that only waits. */
function place(index: number, { name, files, unit = 'kubelet.service' }: (typeof tellable)[number]): Placed {
  const own = unit.replace('kubelet', `tuned${index}`);
  const prefix = (path: string) => `/run/lab-tuned/${index}${path}`;
  const isUnit = (path: string) => /\/systemd\/system\//.test(path);
  // Those that are not there, too: on this host they may be.
  const rename = (text: string) =>
    text
      .replaceAll(/^(EnvironmentFile\s*=\s*-?)(\/\S+)/gm, (_, key: string, path: string) => `${key}${prefix(path)}`)
      .replaceAll(/^(ExecStart=[@:+!|-]*)\/\S+/gm, `$1${PROGRAM}`)
      .replaceAll(/^(ExecStart\s*=\s*)\/\S+/gm, `$1${PROGRAM}`)
      .replaceAll(/^ExecStartPre=.*\n/gm, '');
  const moved = Object.fromEntries(
    Object.entries(files).map(([path, text]) =>
      isUnit(path) ? [path.replace(/\/kubelet(?=[@.])/, `/tuned${index}`), rename(text)] : [prefix(path), text],
    ),
  );
  const { change } = chooseMechanism(nodeOf(moved, {}, own), target, { via: 'auto', freezeCommand: true, digest: () => 'abc' });
  return { name, unit: own, files: moved, ...(change === undefined ? {} : { change }) };
}

export const placed: readonly Placed[] = tellable
  // A drop-in for every service of the host, and a unit whose words are not its program's.
  .filter(({ files }) => !Object.keys(files).some((path) => path.includes('/service.d/')))
  .map((fixture, index) => place(index, fixture));

export async function writeFiles(host: LabHost, files: Texts): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    // /run is the host's own: written from within.
    const encoded = Buffer.from(text).toString('base64');
    if (path.startsWith('/run/')) {
      await host.sh(`mkdir -p '${dirname(path)}'; echo '${encoded}' | base64 -d >'${path}'`);
      continue;
    }
    mkdirSync(dirname(join(host.root, path)), { recursive: true });
    writeFileSync(join(host.root, path), text);
  }
}

export async function preparePrograms(host: LabHost): Promise<void> {
  await writeFiles(host, { [PROGRAM]: SCRIPT });
  await host.sh(`chmod 755 ${PROGRAM}`);
}

/** Has systemd start them all, and reads each main process's words: what stands behind the shell and the script. */
export async function startAll(host: LabHost, units: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  await host.sh(`systemctl daemon-reload; systemctl restart ${units.join(' ')}; sleep 0.5`, { timeoutMs: 60_000 });
  const script = `for u in ${units.join(' ')}; do p=$(systemctl show -p MainPID --value $u); printf '%s\\n' "$u"; tr '\\0' '\\001' </proc/$p/cmdline | base64 -w0; echo; done`;
  const lines = (await host.sh(script, { timeoutMs: 60_000 })).split('\n');
  const found = new Map<string, readonly string[]>();
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const argv = Buffer.from(lines[index + 1] ?? '', 'base64')
      .toString()
      .split('\u0001')
      .slice(0, -1);
    found.set(lines[index] ?? '', argv.slice(2));
  }
  return found;
}

export async function removeAll(host: LabHost): Promise<void> {
  await host.sh(
    `systemctl stop 'tuned*' 2>/dev/null; rm -rf /run/lab-tuned ${PROGRAM}
     find /etc/systemd/system /run/systemd/system /usr/lib/systemd/system -maxdepth 1 -name 'tuned*' -exec rm -rf {} +
     systemctl daemon-reload; systemctl reset-failed 'tuned*' 2>/dev/null; true`,
    { timeoutMs: 60_000 },
  );
}
