import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import type { Control, Play } from './control.ts';
import type { Releases } from './releases.ts';

export interface Bench {
  readonly lab: Lab;
  readonly control: Control;
  readonly releases: Releases;
}

export interface Step {
  readonly name: string;
  /** Throws a sentence that says what was not as it should be; gives what was seen. */
  run(bench: Bench): Promise<{ readonly play?: Play; readonly seen: string }>;
}

export function assure(condition: boolean, sentence: string): void {
  if (!condition) throw new Error(sentence);
}

export const total = (play: Play, what: 'changed' | 'failed') =>
  Object.values(play.recap).reduce((sum, recap) => sum + recap[what], 0);
export const told = (play: Play) =>
  `exit ${play.code}, ${Object.entries(play.recap)
    .map(([host, { ok, changed, failed }]) => `${host} ok=${ok} changed=${changed} failed=${failed}`)
    .join(', ')}`;

export function good(play: Play): Play {
  assure(play.code === 0, `${told(play)}\n${play.text.slice(-4000)}`);
  return play;
}

export const versionOf = (host: LabHost) => readFileSync(join(host.root, 'opt/nodemend/VERSION'), 'utf8').trim();
export const versions = (lab: Lab) => lab.hosts.map(versionOf).join(', ');
const pid = async (host: LabHost) => (await host.sh('systemctl show -p MainPID --value nodemend')).trim();
export const pids = async (lab: Lab) => (await Promise.all(lab.hosts.map(pid))).join(' ');

const release = ({ releases }: Bench, version: string) => ({
  nodemend_release_directory: releases.directory,
  nodemend_version: version,
  nodemend_kubectl_host: 'localhost',
});
export const kubectl = ({ lab }: Bench) => ({ nodemend_kubectl: ['kubectl', `--kubeconfig=${lab.kubeconfig}`] });
const CONFIG = { nodemend_config: { mode: 'remedy', monitors: { defaults: false } } };
export const wanted = (bench: Bench, version = bench.releases.version) => ({
  ...release(bench, version),
  ...kubectl(bench),
  ...CONFIG,
});

/** A run that has nothing to do. */
export function unchanged(
  name: string,
  playbook: string,
  variables: (bench: Bench) => Readonly<Record<string, unknown>>,
  ...words: readonly string[]
): Step {
  return {
    name,
    async run(bench) {
      const processes = await pids(bench.lab).catch(() => '');
      const play = good(await bench.control.play(playbook, variables(bench), ...words));
      assure(total(play, 'changed') === 0, `${told(play)}\n${play.text.slice(-3000)}`);
      assure((await pids(bench.lab).catch(() => '')) === processes, 'an agent was restarted');
      return { play, seen: told(play) };
    },
  };
}
