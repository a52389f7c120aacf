/** Every way to configure a kubelet's eviction: what `nodemend thresholds` shows against what the real kubelet logs and serves. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { install } from '../test/lab/install.ts';
import { configureKubelet, defaultKubeletConfig, writeKubeletSettings } from '../test/lab/kubelet.ts';
import { openLab } from '../test/lab/lab.ts';
import { minorOf } from '../test/lab/state.ts';
import { printTable } from '../test/lab/table.ts';
import { waitFor } from '../test/lab/wait.ts';
import { casesFor, type KubeletCase } from './kubelet/cases.ts';
import {
  type ConfigzDocument,
  hardOfLog,
  ofNodemend,
  softOfConfigz,
  type ThresholdsDocument,
  wrongValues,
} from './kubelet/said.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    /** Only cases whose name contains it. */
    only: { type: 'string', default: '' },
  },
});

const lab = openLab(values.lab);
const host = lab.host();

/** What it serves once it runs; absent: it exits. */
async function startKubelet(): Promise<ConfigzDocument | undefined> {
  const anew =
    'systemctl stop kubelet; systemctl reset-failed kubelet; journalctl -q --rotate --vacuum-time=1s; systemctl start kubelet';
  await host.sh(anew);
  const path = `/api/v1/nodes/${host.name}/proxy/configz`;
  const ask = async (): Promise<{ served?: ConfigzDocument } | undefined> => {
    const state = (await host.exec(['systemctl', 'show', '-P', 'SubState', 'kubelet'])).stdout.trim();
    if (state === 'auto-restart') return {};
    const { code, stdout } = await lab.kubectl(['get', '--raw', path]);
    return code === 0 ? { served: JSON.parse(stdout) as ConfigzDocument } : undefined;
  };
  return (await waitFor('the kubelet to serve its configuration or to give up', ask, { timeoutMs: 40_000, everyMs: 500 })).served;
}

/** Both of its witnesses: the log tells the hard thresholds as it understood them, only configz tells the soft ones. */
async function thresholdsInForce(served: ConfigzDocument): Promise<string[]> {
  const log = await host.sh('journalctl -q -u kubelet -o cat | grep -m1 HardEvictionThresholds');
  return [...hardOfLog(log), ...softOfConfigz(served)];
}

async function shown(user: string): Promise<ThresholdsDocument> {
  const command = ['setpriv', `--reuid=${user}`, '--clear-groups', '/opt/nodemend/nodemend', 'thresholds', '--json'];
  return JSON.parse((await host.exec(command)).stdout) as ThresholdsDocument;
}

async function judge(one: KubeletCase): Promise<string[]> {
  const config = `${defaultKubeletConfig(lab.state)}${one.yaml ?? ''}\n`;
  writeKubeletSettings(lab.state, host, { config, extraArgs: one.flags ?? '' });
  // A variable of an EnvironmentFile is stronger than the unit's own Environment=.
  const file = join(host.root, 'etc/default/kubelet');
  if (one.configFlag !== undefined) appendFileSync(file, `KUBELET_CONFIG_ARGS=${one.configFlag}\n`);
  if (one.prepare !== undefined) await host.sh(one.prepare);

  const served = await startKubelet();
  const exited = served === undefined;
  const inForce = exited ? ['exits'] : await thresholdsInForce(served);
  if (one.afterwards !== undefined) await host.sh(one.afterwards);
  const ours = await shown(one.user ?? 'root');
  const rows = ofNodemend(ours);
  const wrong = wrongValues(ours);

  if (exited !== (one.exits ?? false))
    return [one.name, inForce.join(', '), '', `kubelet unexpectedly ${exited ? 'exits' : 'stays up'}`];
  if (exited) return [one.name, 'exits', ours.notes[0] ?? '', ours.notes.length > 0 ? 'told' : 'NOT TOLD'];
  const equal = rows.join() === inForce.join();
  const unsure = rows.length === 0 && ours.notes.length > 0 && !equal;
  const verdict = unsure ? 'says it cannot tell' : 'DIFFERENT';
  const detail = equal
    ? (ours.signals.find(({ kind, threshold }) => kind === 'hard' && threshold !== null)?.source ?? '')
    : [...rows, ...ours.notes].join(', ');
  return [one.name, inForce.join(', ') || 'none', detail, [equal ? 'equal' : verdict, ...wrong].join('; ')];
}

await install(host);
const table: string[][] = [];
try {
  for (const one of casesFor(minorOf(lab.kubeletVersion)).filter(({ name }) => name.includes(values.only))) {
    if ((one.since ?? 0) > minorOf(lab.kubeletVersion))
      table.push([one.name, '', '', `not run: needs KUBE_BIN_DIR with v1.${one.since} or newer`]);
    else table.push(await judge(one));
    console.error(table.at(-1)?.join(' | '));
  }
} finally {
  await configureKubelet(lab.state, host);
}
console.log(`kubelet ${lab.kubeletVersion}, ${host.runtime}; ${describeLoad()}`);
printTable(['configuration', 'the kubelet', 'nodemend thresholds', 'verdict'], table);
const good = /^(equal|told|says it cannot tell|not run.*)$/;
process.exitCode = table.every((row) => good.test(row[3] ?? '')) ? 0 : 1;
