import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DockerTuning } from '../../agent/output/docker-tune.ts';
import { freshAgent, installAgent, ledgerOf, untilCalm } from '../../bench/repairs/agent-on-host.ts';
import { runReadyPods } from '../../bench/repairs/pods.ts';
import { dockerdHung } from './faults/dockerd-hung.ts';
import { forgetPressure } from './faults/shared/kubelet-state.ts';
import { openLab } from './lab.ts';
import { stateOf } from './state-of-node.ts';
import { waitFor } from './wait.ts';

const lab = openLab(process.env.NODEMEND_LAB);
const host = lab.host(process.env.NODEMEND_LAB_NODE);
const daemonJson = join(host.root, 'etc/docker/daemon.json');
const isDocker = host.runtime === 'docker';
const found = isDocker ? readFileSync(daemonJson, 'utf8') : '{}';
const { 'live-restore': _, ...settings } = JSON.parse(found) as Readonly<Record<string, unknown>>;
const before = `${JSON.stringify(settings, undefined, 2)}\n`;

const program = '/opt/nodemend/nodemend';

async function tune(
  ...argv: readonly string[]
): Promise<{ readonly code: number | null; readonly tuning: DockerTuning | undefined; readonly said: string }> {
  const { code, stdout, stderr } = await host.exec([program, 'tune', 'docker', ...argv, '--json'], { timeoutMs: 90_000 });
  const tuning = stdout.startsWith('{') ? (JSON.parse(stdout) as DockerTuning) : undefined;
  return { code, tuning, said: `${stdout}${stderr}` };
}

const dockerPid = async () => (await host.sh('systemctl show --value -p MainPID docker')).trim();
const isLive = async () => (await host.sh("docker info -f '{{.LiveRestoreEnabled}}'")).trim() === 'true';

/** Of every container: when it began, and its process as its host sees it. */
const containers = async () =>
  (await host.sh("docker inspect -f '{{.Id}} {{.State.Pid}} {{.State.StartedAt}}' $(docker ps -q) | sort")).trim();

/** The containers end with docker. New pods, because the kubelet waits ever longer before it makes those of an old one anew. */
async function restartWith(text: string): Promise<void> {
  writeFileSync(daemonJson, text);
  const ours = ['pods', '--field-selector', `spec.nodeName=${host.name}`];
  await lab.kubectl(['delete', ...ours, '--grace-period=1', '--wait=false']);
  const gone = async () => ((await lab.kubectl(['get', ...ours, '-o', 'name'])).stdout.trim() === '' ? true : undefined);
  await waitFor('the pods to be gone', gone, { everyMs: 1000 });
  await host.sh('systemctl reset-failed docker; systemctl restart docker', { timeoutMs: 120_000 });
  await forgetPressure(host, lab, false);
  await runReadyPods(lab, [host]);
  const all = async () => ((await containers()).split('\n').length === 4 ? true : undefined);
  try {
    await waitFor('the containers of two pods', all, { everyMs: 1000 });
  } catch (error) {
    throw new Error(await stateOf(lab, host), { cause: error });
  }
}

describe.runIf(isDocker)('nodemend tune docker on a real docker', () => {
  beforeAll(async () => {
    await restartWith(before);
    await installAgent(host);
  });

  afterAll(async () => {
    await dockerdHung.mend(host, lab);
    await host.sh('if [ -x /opt/nodemend/install.sh ]; then /opt/nodemend/install.sh uninstall --purge; fi', {
      timeoutMs: 120_000,
    });
    await restartWith(found);
  });

  it('shows the change, and writes nothing', async () => {
    expect(await isLive()).toBe(false);
    const { tuning } = await tune('--live-restore', '--log-max-size', '50m');

    expect(tuning).toMatchObject({ state: 'planned', diff: expect.stringContaining('+') });
    expect(readFileSync(daemonJson, 'utf8')).toBe(before);
  });

  it('refuses a file that docker would not take', async () => {
    writeFileSync(daemonJson, '{\n  "debug": true,\n}\n');
    const { code, tuning } = await tune('--live-restore', '--apply', '--accept', 'untried-edits');
    writeFileSync(daemonJson, before);

    expect(code).toBe(1);
    expect(tuning?.refusals).toMatchObject([{ reason: 'not-json', message: expect.stringContaining('daemon.json:3:1') }]);
  });

  it('rolls back to the byte what docker does not take, and docker goes on as it was', async () => {
    // No member of a configuration, which every dockerd refuses: at its start, and at a reload.
    const unknown = before.replace('{', '{ "nobody-knows-this": 1,');
    writeFileSync(daemonJson, unknown);
    const [pid, running] = [await dockerPid(), await containers()];
    const { tuning, said } = await tune('--live-restore', '--apply', '--accept', 'untried-edits');

    expect(tuning?.state, said).toBe('rolled-back');
    expect(readFileSync(daemonJson, 'utf8')).toBe(unknown);
    expect([await dockerPid(), await isLive(), await containers()]).toEqual([pid, false, running]);
    writeFileSync(daemonJson, before);
  });

  it('switches live-restore on by a reload alone', async () => {
    const [pid, running] = [await dockerPid(), await containers()];
    // What the tests above have written and put back is somebody else's edit.
    const { tuning, said } = await tune('--live-restore', '--apply', '--accept', 'untried-edits');

    expect(tuning?.state, said).toBe('applied');
    expect([await dockerPid(), await isLive(), await containers()]).toEqual([pid, true, running]);
    expect(JSON.parse(readFileSync(daemonJson, 'utf8'))).toEqual({ ...JSON.parse(before), 'live-restore': true });
  });

  it('and back to the byte, live-restore off in the running docker', async () => {
    const pid = await dockerPid();
    const { tuning, said } = await tune('--revert');

    expect(tuning?.state, said).toBe('reverted');
    expect(readFileSync(daemonJson, 'utf8')).toBe(before);
    expect([await dockerPid(), await isLive()]).toEqual([pid, false]);
  });

  it('after it a hung docker is repaired by the agent, and no container notices', async () => {
    // A start of docker's, so that nobody's edits are in its file but those that follow.
    await restartWith(before);
    const { tuning, said } = await tune('--live-restore', '--log-max-size', '50m', '--log-max-file', '3', '--apply');
    expect(tuning, said).toMatchObject({ state: 'applied', needsRestart: [expect.stringContaining('max-size 50m')] });
    await freshAgent(host, undefined);
    await untilCalm(host, lab);
    const [pid, running] = [await dockerPid(), await containers()];
    await dockerdHung.break(host, lab);
    await waitFor('another dockerd', async () => ((await dockerPid()) === pid ? undefined : true), { timeoutMs: 120_000 });
    await waitFor('docker to answer', async () => ((await isLive().catch(() => false)) ? true : undefined));
    await sleep(5000);

    expect(await containers()).toBe(running);
    const remedies = (await ledgerOf(host)).filter((entry) => JSON.stringify(entry).includes('restart-runtime'));
    expect(remedies.length).toBeGreaterThan(0);
  });
});
