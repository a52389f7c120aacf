import { existsSync, readdirSync } from 'node:fs';
import type { LabHost } from '../../test/lab/host.ts';
import { allocated, differences, dockerFingerprint, treeFingerprint } from './fingerprint.ts';
import { type Ended, journalOf, nodemend, startMove, untilCopying, untilStage } from './moving.ts';
import { inHost, OLD, TARGET } from './place.ts';
import { beforeNewRoot, noDropIn, type Scenario } from './scenarios.ts';

export interface Outcome {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  readonly because: string;
  /** Empty: as it should be. */
  readonly complaints: readonly string[];
}

const wants = (what: string, holds: boolean) => (holds ? [] : [what]);
const firstOf = (what: string, lines: readonly string[]) =>
  wants(`${what}: ${lines.length} differ, ${lines.slice(0, 3).join(' | ')}`, lines.length === 0);

const holdsIn = (host: LabHost) => {
  const at = inHost(host, '/run/systemd/system');
  return existsSync(at) ? readdirSync(at, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('nodemend')) : [];
};

/** The host as everybody else sees it: nothing held, all of it runs, docker has everything it had. */
export async function complaintsOf(host: LabHost, root: string, before: readonly string[]): Promise<readonly string[]> {
  const active = await host.exec(['systemctl', 'is-active', 'docker.socket', 'docker.service', 'kubelet.service']);
  const info = (await host.exec(['docker', 'info', '-f', '{{.DockerRootDir}}'], { timeoutMs: 60_000 })).stdout.trim();
  const now = await dockerFingerprint(host).catch((error: unknown) => [String(error)]);
  return [
    ...wants(`docker's root is ${info}`, info === root),
    ...wants(`units: ${active.stdout.trim().replaceAll('\n', ' ')}`, active.code === 0),
    ...wants(`held: ${holdsIn(host).join(' ')}`, holdsIn(host).length === 0),
    ...wants('the agent is still paused', !existsSync(inHost(host, '/etc/nodemend/pause'))),
    ...firstOf('docker', differences(before, now)),
  ];
}

/** Everything is back where it was, for the reason that was to be expected; what the next one begins with is made again. */
export async function measureAccident(host: LabHost, scenario: Scenario, before: readonly string[]): Promise<Outcome> {
  // What an earlier run copied would leave the next accident no time to come in between.
  await host.sh(`rm -rf ${TARGET}`);
  const began = performance.now();
  const ended: Ended = await scenario.run(host).catch((error: unknown) => ({ code: null, text: String(error) }));
  const seconds = (performance.now() - began) / 1000;
  const complaints = await complaintsOf(host, OLD, before);
  const mended = await (scenario.mend?.(host) ?? Promise.resolve()).then(
    () => [],
    (error: unknown) => [String(error)],
  );
  const because = /rolled-back[^:]*: (.*)/.exec(ended.text)?.[1] ?? ended.text.trim().slice(-200);
  const { outcome } = journalOf(host) ?? {};
  return {
    name: scenario.name,
    title: scenario.title,
    seconds,
    because,
    complaints: [
      ...wants(`outcome ${outcome}`, outcome === 'rolled-back'),
      ...wants(`because ${because}`, scenario.because.test(because)),
      ...complaints,
      ...mended,
    ],
  };
}

/** Between the switch and the start of docker, when nothing writes into either. */
async function sameTrees(host: LabHost): Promise<readonly string[]> {
  const [old, copy] = await Promise.all([treeFingerprint(host, OLD), treeFingerprint(host, TARGET)]);
  const [oldBytes, newBytes] = await Promise.all([allocated(host, OLD), allocated(host, TARGET)]);
  // rsync makes holes of zeros that docker wrote, so that it may be less; a hole that was filled would be 120 MB more.
  const isSparse = newBytes < oldBytes * 1.1;
  return [
    ...wants(`the tree has ${old.length} lines`, old.length > 500),
    ...firstOf('tree', differences(old, copy)),
    ...wants(`${newBytes} bytes allocated in place of ${oldBytes}`, isSparse),
  ];
}

/** Moved for good, with a kill in the midst of the copy and --resume; then --remove-old. */
export async function measureMove(host: LabHost, title: string, before: readonly string[]): Promise<Outcome> {
  const began = performance.now();
  const from = new Date().toISOString();
  const running = await startMove(host);
  await untilCopying(host, from);
  await running.kill('SIGKILL');
  await host.sh('rm -f /run/go-on');
  await beforeNewRoot(host, 'until test -e /run/go-on; do sleep 0.1; done');
  const resuming = nodemend(host, '--resume');
  await untilStage(host, 'start', from);
  const trees = await sameTrees(host);
  await host.sh('touch /run/go-on');
  const resumed = await resuming;
  const seconds = (performance.now() - began) / 1000;
  await noDropIn(host);
  const moved = await complaintsOf(host, TARGET, before);
  const removed = await nodemend(host, '--remove-old --yes');
  const left = readdirSync(inHost(host, OLD));
  const after = await complaintsOf(host, TARGET, before);
  return {
    name: 'moved',
    title,
    seconds,
    because: '',
    complaints: [
      ...wants(`--resume: ${resumed.text.slice(-200)}`, resumed.code === 0),
      ...moved,
      ...trees,
      ...wants(`--remove-old: ${removed.text.slice(-200)}`, removed.code === 0 && left.length === 0),
      ...after,
    ],
  };
}
