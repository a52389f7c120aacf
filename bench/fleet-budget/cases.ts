import { apiserverHanging } from '../../test/lab/faults/apiserver-hanging.ts';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { CONFIG, hang, liveRestore, mend, mostAtOnce, remediesOf, runOf, untilHeldBy, untilRestarted, watchFor } from './node.ts';
import { breakerOpens, holderDies, personCloses, type Seen } from './scenes.ts';

export interface FleetCase {
  readonly name: string;
  readonly done: string;
  readonly config: string;
  /** Docker with live-restore: its restart is local. */
  readonly local?: boolean;
  run(lab: Lab): Promise<Seen>;
}

const one = CONFIG('{ maxConcurrent: 1, perZone: 1 }', '{ unhealthy: 3, sameReason: 3 }');

async function allWant(lab: Lab, most: number): Promise<Seen> {
  const since = Date.now();
  const before = new Map(await Promise.all(lab.hosts.map(async (host) => [host.name, await runOf(host)] as const)));
  await Promise.all(lab.hosts.map(hang));
  await Promise.all(lab.hosts.map((host) => untilRestarted(host, before.get(host.name) ?? '', 400_000)));
  await watchFor(10, () => undefined);
  const remedies = (await Promise.all(lab.hosts.map((host) => remediesOf(host, since)))).flat();
  const atOnce = mostAtOnce(remedies);
  const took = (Math.max(...remedies.map(({ to }) => to)) - Math.min(...remedies.map(({ from }) => from))) / 1000;
  return {
    text: `${remedies.length} restarts, ${atOnce} at once at most, all done ${took.toFixed(0)} s after the first began`,
    good: atOnce === most,
  };
}

/** `restarts`: what is local may be done once. */
async function unreachable(lab: Lab, restarts: boolean): Promise<Seen> {
  const [first] = lab.hosts as [LabHost];
  const before = await runOf(first);
  await apiserverHanging.break(first, lab);
  try {
    await hang(first);
    if (restarts) {
      const took = await untilRestarted(first, before, 200_000);
      return { text: `restarted ${took.toFixed(0)} s after the hang`, good: true };
    }
    const why = await untilHeldBy(first, 'fleet-budget', 200_000);
    await watchFor(60, () => undefined);
    return { text: `no restart in 60 s: ${why}`, good: (await runOf(first)) === before };
  } finally {
    await apiserverHanging.mend(first, lab);
    await mend(first);
  }
}

export const fleetCases: readonly FleetCase[] = [
  { name: 'budget', done: 'dockerd hangs on three nodes at once, maxConcurrent 1', config: one, run: (lab) => allWant(lab, 1) },
  {
    name: 'wide-budget',
    done: 'the same, maxConcurrent 3: what a budget prevents',
    config: CONFIG('{ maxConcurrent: 3, perZone: 3 }', '{ unhealthy: 3, sameReason: 3 }'),
    run: (lab) => allWant(lab, 3),
  },
  {
    name: 'holder-dies',
    done: 'the agent that has the claim is killed (SIGKILL) and stays dead; another node wants its turn',
    config: one,
    run: holderDies,
  },
  {
    name: 'unreachable-workload',
    done: 'no way to the API server, class workload',
    config: one,
    run: (lab) => unreachable(lab, false),
  },
  {
    name: 'reset',
    done: 'dockerd hangs on all three, a person closes the breaker on one',
    config: CONFIG('{ maxConcurrent: 3, perZone: 3 }'),
    run: personCloses,
  },
  {
    name: 'breaker',
    done: 'dockerd hangs on all three; two are mended by hand after a minute',
    config: CONFIG('{ maxConcurrent: 3, perZone: 3 }'),
    run: breakerOpens,
  },
  {
    name: 'unreachable-local',
    done: 'no way to the API server, live-restore: class local',
    config: '',
    local: true,
    run: (lab) => unreachable(lab, true),
  },
];

export async function prepare(lab: Lab, isLocal: boolean): Promise<void> {
  for (const host of lab.hosts) {
    const { stdout } = await host.exec(['cat', '/etc/docker/daemon.json']);
    if (/"live-restore": (true|false)/.exec(stdout)?.[1] !== String(isLocal)) await liveRestore(host, isLocal);
  }
}
