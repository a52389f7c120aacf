import { spawn } from 'node:child_process';
import { chownSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { podsOn } from '../drain-remedy/pods.ts';
import { bootId, expect, giveKubeconfig, inHost, NODEMEND, nodeNow, seconds, untilBootedAnew } from './host.ts';

const NOBODY = 65_534;

interface Ran {
  readonly code: number | null;
  readonly said: string;
}

/** Somebody at a desk: no node, not root, with a kubeconfig of his own. */
interface Person {
  run(...words: readonly string[]): Promise<Ran>;
  /** What a maintenance has left of itself. */
  journals(): readonly string[];
  leave(): void;
}

function personAtADesk(lab: Lab, dist: string): Person {
  // Of the machine: what is below /root no other user may read.
  const desk = mkdtempSync('/var/tmp/nodemend-desk-');
  cpSync(dist, join(desk, 'nodemend'), { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(desk, 'home/.kube'), { recursive: true });
  copyFileSync(lab.kubeconfig, join(desk, 'home/.kube/config'));
  for (const path of ['.', 'home', 'home/.kube', 'home/.kube/config']) chownSync(join(desk, path), NOBODY, NOBODY);
  const env = { HOME: join(desk, 'home'), PATH: '/usr/bin:/bin', NO_COLOR: '1' };
  return {
    run(...words) {
      const { promise, resolve } = Promise.withResolvers<Ran>();
      const child = spawn(join(desk, 'nodemend/nodemend'), ['maintain', ...words], {
        cwd: desk,
        env,
        uid: NOBODY,
        gid: NOBODY,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 400_000,
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
      child.on('error', (error) => resolve({ code: null, said: String(error) }));
      child.on('close', (code) => resolve({ code, said }));
      return promise;
    },
    journals() {
      const state = join(desk, 'home/.local/state/nodemend');
      return existsSync(state) ? readdirSync(state).filter((name) => name.endsWith('.journal')) : [];
    },
    leave: () => rmSync(desk, { recursive: true, force: true }),
  };
}

const FOR = ['--validate-for', '5s', '--validate-within', '4m'];

async function open(lab: Lab, host: LabHost): Promise<void> {
  await waitFor(
    `${host.name} to be Ready and open`,
    async () => {
      const { ready, cordoned } = await nodeNow(lab, host.name);
      return ready && !cordoned ? true : undefined;
    },
    { timeoutMs: 180_000 },
  );
}

/** Pods of a Deployment on this host; the others take them. */
async function fill(lab: Lab, host: LabHost): Promise<void> {
  await open(lab, host);
  await lab.kubectl(['delete', 'deployment,pod', '--all', '-n', 'default', '--grace-period=1']);
  const others = lab.hosts.filter((one) => one !== host).map(({ name }) => name);
  for (const one of others) await open(lab, lab.host(one));
  await lab.kubectl(['cordon', ...others]);
  await lab.runPods({ name: 'web', count: 2, owner: 'deployment', timeoutMs: 120_000 });
  await lab.kubectl(['uncordon', ...others]);
}

/** Node by node: drained, worked on and rebooted by hand, `--resume` says so; the boot id proves it. */
async function rebootedByHand(lab: Lab, host: LabHost, person: Person): Promise<void> {
  await fill(lab, host);
  const before = await bootId(host);
  const began = performance.now();
  const first = await person.run(host.name, '--reboot', '--force', ...FOR);
  const drained = performance.now();
  expect(
    `${host.name}: drained, and waits for the work and the reboot`,
    first.code === 0 && /waits for your work and its reboot/.test(first.said),
    first,
  );
  const { cordoned, owner } = await nodeNow(lab, host.name);
  expect('… cordoned, with his name', cordoned && owner?.startsWith('person: nobody ') === true, owner);
  const left = (await podsOn(lab, host.name)).map(({ metadata }) => metadata.name);
  expect('… no pod is left', left.length === 0, left);
  await inHost(host, ['systemctl', 'reboot']);
  const after = await untilBootedAnew(host, before);
  const rebooted = performance.now();
  const then = await person.run(host.name, '--resume');
  const ended = performance.now();
  expect(
    '… --resume takes the new boot id for the reboot, validates, uncordons',
    then.code === 0 && then.said.includes(after) && /the maintenance is done/.test(then.said),
    then,
  );
  expect(
    '… and nothing of it is left',
    person.journals().length === 0 && !(await nodeNow(lab, host.name)).cordoned,
    person.journals(),
  );
  console.log(
    `     drained in ${seconds(drained - began)} s, the host was back after ${seconds(rebooted - drained)} s, validated and uncordoned ${seconds(ended - rebooted)} s later`,
  );
}

/** From one node for another: `--resume` waits, and sees the reboot itself. */
async function fromNode(lab: Lab, from: LabHost, host: LabHost): Promise<void> {
  await fill(lab, host);
  giveKubeconfig(from, lab);
  const before = await bootId(host);
  const run = (...words: readonly string[]) =>
    inHost(from, ['env', 'HOME=/root', 'NO_COLOR=1', NODEMEND, 'maintain', host.name, ...words], 400_000);
  const first = await run('--reboot', '--force', ...FOR);
  const going = run('--resume');
  await waitFor('the stage reboot', async () =>
    JSON.parse((await run('--status', '--json')).stdout).stage === 'reboot' ? true : undefined,
  );
  await inHost(host, ['systemctl', 'reboot']);
  const after = await untilBootedAnew(host, before);
  const then = await going;
  expect(
    `${from.name} maintains ${host.name}: waits for its reboot and goes on by itself`,
    first.code === 0 && then.code === 0 && then.stdout.includes(after),
    [first, then],
  );
  expect('… uncordoned', !(await nodeNow(lab, host.name)).cordoned);
  const here = await inHost(from, ['systemctl', 'is-enabled', 'nodemend-maintain.service']);
  expect(`… and nothing was armed on ${from.name}`, here.code !== 0, here.stdout);
}

/** What is refused, taken back, or taken out of his hands. */
async function slips(lab: Lab, host: LabHost, person: Person): Promise<void> {
  await fill(lab, host);
  const absent = await person.run('node-9');
  expect(
    'a Node that is not there: refused, nothing is open',
    absent.code === 1 && /there is no Node node-9/.test(absent.said) && person.journals().length === 0,
    absent,
  );
  const command = await person.run(host.name, '--', 'true');
  expect('a COMMAND for another host: refused', command.code === 64 && /another: run nodemend there/.test(command.said), command);
  await lab.runPods({ name: 'bare', count: 1, node: host.name, timeoutMs: 60_000 });
  const bare = await person.run(host.name, ...FOR);
  expect('a pod without a controller: stopped, by name', bare.code === 1 && /--force to override/.test(bare.said), bare);
  const second = await person.run(host.name, '--force');
  expect(
    'a second one: refused, with the words that go on',
    second.code === 1 && second.said.includes(`nodemend maintain ${host.name} --resume`),
    second,
  );
  const forced = await person.run(host.name, '--resume', '--force');
  expect('--resume --force goes on', forced.code === 0 && /waits for your work/.test(forced.said), forced);
  const aborted = await person.run(host.name, '--abort');
  expect(
    '--abort takes it back',
    aborted.code === 0 && !(await nodeNow(lab, host.name)).cordoned && person.journals().length === 0,
    aborted,
  );
  await person.run(host.name, '--force');
  await lab.kubectl(['uncordon', host.name]);
  const overruled = await person.run(host.name, '--resume');
  expect(
    'who uncordons wins',
    overruled.code === 1 && /somebody has uncordoned it/.test(overruled.said) && person.journals().length === 0,
    overruled,
  );
}

/** `nodemend maintain NODE` for another host than the one on which it is typed. */
export async function elsewhere(lab: Lab, dist = join(import.meta.dirname, '../../dist')): Promise<void> {
  const [first, second] = lab.hosts;
  if (first === undefined || second === undefined) throw new Error('two nodes are needed: lab up --nodes 2');
  const person = personAtADesk(lab, dist);
  try {
    await slips(lab, second, person);
    for (const host of [first, second]) await rebootedByHand(lab, host, person);
    await fromNode(lab, first, second);
  } finally {
    person.leave();
  }
}
