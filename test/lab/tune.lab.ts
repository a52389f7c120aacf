import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installAgent } from '../../bench/repairs/agent-on-host.ts';
import { MiB } from '../../lib/model/units.ts';
import { install } from './install.ts';
import { openLab } from './lab.ts';
import {
  argvOf,
  bytesOf,
  conditionOf,
  kubeletDiskBytes,
  loggedSignals,
  phasesOf,
  readDefaults,
  tune,
  untilSettled,
} from './tune/node.ts';
import { makeRefusing, mendRefusing } from './tune/refusing-kubelet.ts';
import { waitFor } from './wait.ts';

const lab = openLab(process.env.NODEMEND_LAB);
const host = lab.host(process.env.NODEMEND_LAB_NODE);
const APP = 'tuned';
const FLAG = /^--eviction-hard=/;
const COMPLETE = ['imagefs.available', 'imagefs.inodesFree', 'memory.available', 'nodefs.available', 'nodefs.inodesFree'];
const withoutFlags = (argv: readonly string[]) => argv.filter((word) => !FLAG.test(word));
/** A disk of `lab up --kubelet-disk 6G`. On the lab's usual 400 MB no threshold leaves what a minute of logs needs: what the operator set. */
const REAL = 5 * 1024 * MiB;
const RECOMMENDED = ['--recommend'];
const BY_HAND = ['--set', 'nodefs.available<5%', '--set', 'imagefs.inodesFree<5%', '--allow-weaker'];
const log = (line: string) => console.log(`tune: ${line}`);

let before = '';
let disk = 0;
let words: readonly string[] = [];

beforeAll(async () => {
  await host.exec(['systemctl', 'stop', 'nodemend']);
  await install(host);
  disk = await kubeletDiskBytes(host);
  await lab.runPods({ name: APP, count: 2, node: host.name, owner: 'deployment' });
  before = await bytesOf(host);
  words = await argvOf(host);
  await untilSettled(host);
});

afterAll(async () => {
  await mendRefusing(host);
  await host.sh('rm -f /var/lib/kubelet/filler');
  await tune(host, '--revert');
  await lab.kubectl(['delete', 'deployment', APP, '--wait=false']);
  await host.sh('if [ -x /opt/nodemend/install.sh ]; then /opt/nodemend/install.sh uninstall --purge; fi', {
    timeoutMs: 120_000,
  });
});

/** In this order: the kubelet of each is the proved one of the test before. */
describe('I1: a root disk of 6 GB at 92 %, the runtime’s data elsewhere', () => {
  it('evicts, and is brought back by --recommend --apply, every signal guarded', async () => {
    // As there: 448 MB of 5.8 GB.
    const free = Math.round(disk * 0.075);
    await host.sh(`a=$(df -B1 --output=avail /var/lib/kubelet | tail -1); fallocate -l $((a - ${free})) /var/lib/kubelet/filler`);
    const evicted = async () => ((await phasesOf(lab, APP)).includes('Failed') ? true : undefined);
    await waitFor('an evicted pod', evicted, { everyMs: 500 });
    await waitFor('DiskPressure', async () => ((await conditionOf(lab, host, 'DiskPressure')) === 'True' ? true : undefined));

    const started = performance.now();
    const { code, outcome, message, took } = await tune(host, ...(disk > REAL ? RECOMMENDED : BY_HAND), '--apply');

    expect({ code, outcome }, message).toEqual({ code: 0, outcome: 'applied' });
    await waitFor('running pods', async () =>
      (await phasesOf(lab, APP)).filter((phase) => phase === 'Running').length >= 2 ? true : undefined,
    );
    log(
      `I1: applied and proved in ${took}s, both pods run ${Math.round((performance.now() - started) / 100) / 10}s after the command`,
    );
    expect(await conditionOf(lab, host, 'DiskPressure')).toBe('False');
    expect(await loggedSignals(host)).toEqual(COMPLETE);
    expect((await argvOf(host)).join(' ')).toContain('nodefs.available<5%');
  });

  it('has every byte back after --revert, and nothing to do the second time', async () => {
    await host.sh('rm /var/lib/kubelet/filler');

    const { code, outcome, message, took } = await tune(host, '--revert');

    expect({ code, outcome }, message).toEqual({ code: 0, outcome: 'reverted' });
    expect(await bytesOf(host)).toBe(before);
    expect(await argvOf(host)).toEqual(words);
    expect(await tune(host, '--revert')).toMatchObject({ code: 0, outcome: 'nothing' });
    log(`I1: reverted and proved in ${took}s`);
  });
});

describe('each mechanism', () => {
  it.each([
    ['extra-args', ['--via', 'extra-args'], '/etc/default/kubelet'],
    ['systemd', ['--via', 'systemd'], '/etc/systemd/system/kubelet.service.d/90-nodemend-eviction.conf'],
  ])('%s: the running command line differs in the eviction flags alone; reverted to the byte', async (mechanism, via, path) => {
    const applied = await tune(host, '--set', 'nodefs.available<11%', ...via, '--apply');

    expect(applied, applied.message).toMatchObject({ code: 0, outcome: 'applied', mechanism, path });
    const now = await argvOf(host);
    expect(withoutFlags(now)).toEqual(words);
    expect(now.find((word) => FLAG.test(word))).toContain('nodefs.available<11%');
    const reverted = await tune(host, '--revert');
    expect(reverted, reverted.message).toMatchObject({ code: 0, outcome: 'reverted' });
    expect(await bytesOf(host)).toBe(before);
    expect(await argvOf(host)).toEqual(words);
    log(`${mechanism} with ${host.runtime}: applied in ${applied.took}s, reverted in ${reverted.took}s`);
  });
});

describe('a change that fails', () => {
  it('is refused at once while another one runs', async () => {
    const run = "/opt/nodemend/nodemend tune eviction --set 'nodefs.available<11%' --apply";
    const said = await host.sh(`${run} >/dev/null 2>&1 & sleep 0.1
      while [ ! -e /var/lib/nodemend/tune.lock ] || [ -z "$(ls /var/lib/nodemend/tune.lock)" ]; do sleep 0.05; done
      ${run} 2>&1; echo "status $?"; wait`);

    expect(said).toMatch(/another tune eviction is under way[\s\S]*status 1/);
    expect(await tune(host, '--revert')).toMatchObject({ code: 0, outcome: 'reverted' });
  });

  it('is rolled back to the byte when the kubelet refuses it', async () => {
    await makeRefusing(host);
    const { code, outcome, message, took } = await tune(host, '--set', 'nodefs.available<6%', '--allow-weaker', '--apply');
    await mendRefusing(host);

    expect({ code, outcome }, message).toEqual({ code: 1, outcome: 'rolled-back' });
    expect(message).toContain('the lab refuses 6%');
    expect(await bytesOf(host)).toBe(before);
    expect(await argvOf(host)).toEqual(words);
    expect(await conditionOf(lab, host, 'Ready')).toBe('True');
    log(`refused by the kubelet: rolled back and proved in ${took}s`);
  });

  it.each([
    'verify',
    'write',
    'load',
    'restart',
  ])('killed by SIGKILL after the step %s, is closed by the next run', async (step) => {
    const run = "/opt/nodemend/nodemend tune eviction --set 'nodefs.available<11%' --via extra-args --apply";
    await host.sh(`rm -f /tmp/tune.out; ${run} >/tmp/tune.out 2>&1 & p=$!
      while ! grep -q ' ${step}: ' /tmp/tune.out; do kill -0 $p || break; sleep 0.02; done; kill -9 $p; wait $p; true`);

    const { code, outcome } = await tune(host, '--resume');

    expect(code).toBe(0);
    const isNew = (await argvOf(host)).some((word) => word.includes('nodefs.available<11%'));
    expect(readDefaults(host).includes('nodefs.available<11%')).toBe(isNew);
    expect(outcome).toBe(isNew ? 'applied' : 'rolled-back');
    const { code: end } = await tune(host, '--revert');
    expect(end).toBe(0);
    expect(await bytesOf(host)).toBe(before);
    log(`SIGKILL after ${step}: the next run ${outcome}`);
  });
});

describe('under the agent', () => {
  it('the kubelet is restarted by it, and an orphan is closed by it', async () => {
    await installAgent(host);
    const applied = await tune(host, '--set', 'nodefs.available<11%', '--apply');
    expect(applied, applied.message).toMatchObject({ code: 0, outcome: 'applied' });
    expect(await tune(host, '--revert')).toMatchObject({ code: 0, outcome: 'reverted' });

    const run = "/opt/nodemend/nodemend tune eviction --set 'nodefs.available<11%' --via extra-args --apply";
    await host.sh(`rm -f /tmp/tune.out; ${run} >/tmp/tune.out 2>&1 & p=$!
      while ! grep -q ' write: ' /tmp/tune.out; do kill -0 $p || break; sleep 0.02; done; kill -9 $p; wait $p; true`);
    const closed = async () =>
      (await host.exec(['grep', '-q', '"state":"open"', '/var/lib/nodemend/tune-eviction.journal'])).code === 0
        ? undefined
        : true;
    const started = performance.now();
    await waitFor('a closed journal', closed, { everyMs: 500 });
    log(`an orphan under the agent: closed after ${Math.round((performance.now() - started) / 1000)}s`);
    await tune(host, '--revert');
    expect(await bytesOf(host)).toBe(before);
  });
});
