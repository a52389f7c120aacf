import { copyFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FilesystemPreview } from '../../agent/disk/preview-node.ts';
import { freshAgent, installAgent, ledgerOf } from '../../bench/repairs/agent-on-host.ts';
import { changesBetween, containersOf } from '../../bench/repairs/containers.ts';
import type { EntryOf } from '../../lib/model/incident.ts';
import type { ReclaimReport } from '../../lib/model/reclaim.ts';
import type { DoctorReport } from '../../lib/model/report.ts';
import { look } from './doctor.ts';
import { openLab } from './lab.ts';
import { runPods } from './pods.ts';
import { waitFor } from './wait.ts';

const lab = openLab(process.env.NODEMEND_LAB);
const host = lab.host(process.env.NODEMEND_LAB_NODE);
const disk = host.runtime === 'docker' ? '/var/lib/docker' : '/var/lib/containerd';
const onMachine = host.disks.runtime ?? '';

const STEPS = ['cores', 'logs', 'journal', 'containers', 'images'];
const config = `
remedies:
  reclaim-disk:
    enabled: true
    steps:
      cores: { enabled: true, olderThan: 1h }
      logs: { enabled: true, olderThan: 24h }
      journal: { enabled: true, keep: 1Mi }
      containers: { enabled: true, olderThan: 5s }
      images: { enabled: true, olderThan: 5s }
`;

/** A pod that waits for its image to be allowed to run holds it all the same. */
const WANTED = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'wants-an-image' },
  spec: {
    nodeName: host.name,
    hostNetwork: true,
    containers: [{ name: 'main', image: 'wanted:lab', imagePullPolicy: 'Never', command: ['/nothing'] }],
  },
};

const MUST_STAY = ['/var/log/held.log.1', '/var/log/backup.tar.gz', '/var/lib/systemd/coredump/core.new.0.11.813.zst'];
const MUST_GO = ['/var/log/app.log.1', '/var/log/app.log.2.gz', '/var/lib/systemd/coredump/core.web.0.11.812.zst'];

const share = () => {
  const { bavail, blocks } = statfsSync(onMachine);
  return bavail / blocks;
};

/** Near: the hard threshold of images is 15 %, and its margin a fifth of that. At 15 % the kubelet would begin by itself. */
async function fillTo(left: number): Promise<void> {
  const { bavail, blocks, bsize } = statfsSync(onMachine);
  await host.sh(`fallocate -l ${Math.floor((bavail - blocks * left) * bsize)} ${disk}/lab-filler`);
}

async function preview(): Promise<FilesystemPreview> {
  const { filesystems } = JSON.parse(await host.sh('/opt/nodemend/nodemend reclaim --json', { timeoutMs: 60_000 }));
  return filesystems.find(({ filesystem }: FilesystemPreview) => filesystem === disk);
}

interface Pod {
  readonly metadata: { readonly uid: string };
  readonly status: { readonly containerStatuses: readonly { readonly containerID: string }[] };
}

/** The step alone, as the agent would start it. */
async function reclaimContainers(): Promise<ReclaimReport> {
  const aged = { enabled: true, olderThan: 0 };
  const settings = {
    cores: { ...aged, directories: [] },
    logs: aged,
    journal: { enabled: true, keep: 0 },
    containers: aged,
    images: aged,
  };
  const request = {
    step: 'containers',
    filesystem: disk,
    until: { bytes: 2 ** 50, inodes: 0 },
    settings,
    within: 30_000,
    identity: {},
  };
  const said = await host.sh(`/opt/nodemend/bin/node /opt/nodemend/lib/disk.cjs reclaim '${JSON.stringify(request)}'`, {
    timeoutMs: 60_000,
  });
  return JSON.parse(said) as ReclaimReport;
}

/** What came of the first attempt of a remedy. */
async function outcomeOf(remedy: string, timeoutMs: number): Promise<EntryOf<'outcome'>> {
  const ended = async () =>
    (await ledgerOf(host)).flatMap((one) => (one.kind === 'outcome' && one.remedy === remedy ? [one] : []))[0];
  return await waitFor(`${remedy} to end`, ended, { timeoutMs, everyMs: 1000 });
}

/** As the agent keeps them with the incident. */
async function largestUsers(): Promise<string | undefined> {
  const { code, stdout } = await host.exec(['sh', '-c', 'cat /var/lib/nodemend/evidence/*/largest-users.txt']);
  return code === 0 ? stdout : undefined;
}

const exists = async (path: string) => (await host.exec(['test', '-e', path])).code === 0;
/** Of a pod that the kubelet knows. */
let logs = '';
const imagesNow = () => host.sh(host.runtime === 'docker' ? 'docker images' : 'ctr -n k8s.io images ls -q');

beforeAll(async () => {
  await lab.kubectl(['apply', '-f', '-'], { input: JSON.stringify(WANTED) });
  copyFileSync(join(import.meta.dirname, 'fill-disk.sh'), join(host.root, 'usr/local/share/lab/fill-disk.sh'));
  const pod = (await lab.kubectlJson(['get', 'pod', 'wants-an-image'])) as Pod;
  logs = `/var/log/pods/default_wants-an-image_${pod.metadata.uid}`;
  await host.sh(`sh /usr/local/share/lab/fill-disk.sh ${disk} ${host.runtime} ${logs} >/dev/null`, { timeoutMs: 120_000 });
  await installAgent(host, process.env.NODEMEND_DIST);
});

afterAll(async () => {
  await host.sh('/opt/nodemend/install.sh uninstall --purge', { timeoutMs: 120_000 });
  await lab.kubectl(['delete', 'pod', 'wants-an-image', '--force', '--grace-period=0']);
  await host.sh(`rm -f ${disk}/lab-filler; umount /var/lib/systemd/coredump; umount -l /var/log; kill $(cat /run/lab-held.pid)`);
});

describe('reclaim-disk', () => {
  it('brings headroom back by what nobody misses, and touches nothing of a running pod', async () => {
    await fillTo(0.158);
    await freshAgent(host, `mode: observe\n${config}`);
    const before = await preview();
    const containers = containersOf(host);
    const found = await look(host);

    await freshAgent(host, config);
    const outcome = await outcomeOf('reclaim-disk', 90_000);

    const evidence = await waitFor("the incident's largest users", largestUsers, { timeoutMs: 60_000, everyMs: 1000 });

    console.log(JSON.stringify({ before: before.steps, outcome: outcome.message, share: share() }, undefined, 1));
    expect(found.report?.problems.find(({ reason }) => reason === 'ImagefsAvailable')?.largest).toMatchObject({
      filesystem: disk,
    });
    expect(before.steps.map(({ step }) => step)).toEqual(STEPS);
    expect(evidence).toContain('lab-filler');
    expect(outcome).toMatchObject({ outcome: 'succeeded' });
    expect(share()).toBeGreaterThan(0.18);
    expect(containers.length).toBeGreaterThan(1);
    expect(changesBetween(containers, containersOf(host)).lost).toEqual([]);
    for (const path of [...MUST_STAY, `${logs}/app/0.log.20260101-000000.gz`]) expect(await exists(path), path).toBe(true);
    for (const path of MUST_GO) expect(await exists(path), path).toBe(false);
    expect(await imagesNow()).toContain('wanted');
  });

  it('lowers the threshold by no more than it must, where that is all the operator allows', async () => {
    await host.sh(`rm -f ${disk}/lab-filler`);
    await fillTo(0.158);
    const containers = containersOf(host);

    await freshAgent(host, `remedies: { set-eviction-hard: { enabled: true, floors: { imagefs.available: 5% } } }`);
    const outcome = await outcomeOf('set-eviction-hard', 240_000);
    const { signals } = JSON.parse(await host.sh('/opt/nodemend/nodemend thresholds --json')) as Pick<DoctorReport, 'signals'>;
    await host.sh('/opt/nodemend/nodemend tune eviction --revert', { timeoutMs: 300_000 });

    console.log(outcome.message);
    expect(outcome).toMatchObject({ outcome: 'succeeded' });
    const hard = Object.fromEntries(
      signals.filter(({ kind }) => kind === 'hard').map(({ signal, threshold }) => [signal, threshold]),
    );
    expect(Number.parseFloat(hard['imagefs.available'] ?? '')).toBeGreaterThan(10);
    expect(Number.parseFloat(hard['imagefs.available'] ?? '')).toBeLessThan(14);
    // The others are not lost.
    expect(hard).toMatchObject({ 'memory.available': '100Mi', 'nodefs.available': '10%', 'nodefs.inodesFree': '5%' });
    expect(changesBetween(containers, containersOf(host)).lost).toEqual([]);
  });

  it.runIf(host.runtime === 'containerd')('removes by CRI the exited container of a pod that nobody knows any more', async () => {
    await host.sh('systemctl stop nodemend');
    await lab.kubectl(['delete', 'pod', 'wants-an-image', '--force', '--grace-period=0']);
    await runPods(lab, { name: 'forgotten', count: 1, node: host.name });
    const pod = (await lab.kubectlJson(['get', 'pod', 'forgotten'])) as Pod;
    const id = pod.status.containerStatuses[0]?.containerID.replace('containerd://', '') ?? '';
    const alive = containersOf(host).filter(({ container }) => container !== id);
    const directory = `/var/lib/kubelet/pods/${pod.metadata.uid}`;
    await host.sh(
      `systemctl stop kubelet; ctr -n k8s.io task kill -s KILL ${id}; umount ${directory}/volumes/*/*; rm -rf ${directory}`,
    );
    const ids = () => host.sh('ctr -n k8s.io containers ls -q');
    await reclaimContainers();
    const whileKnown = await ids();
    await lab.kubectl(['delete', 'pod', 'forgotten', '--force', '--grace-period=0']);
    const report = await reclaimContainers();
    await host.sh('systemctl start kubelet');

    expect(whileKnown).toContain(id);
    expect(report.removed).toBeGreaterThanOrEqual(1);
    expect(report.kept).toEqual([]);
    expect(await ids()).not.toContain(id);
    expect(changesBetween(alive, containersOf(host)).lost).toEqual([]);
  });
});
