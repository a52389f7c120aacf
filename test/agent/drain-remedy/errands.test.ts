import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../agent/configuration.ts';
import { openErrands } from '../../../agent/drain-remedy/errands.ts';
import type { HostView } from '../../../lib/host/host.ts';
import type { ControlRequest } from '../../../lib/host/host-control.ts';
import type { Intent, LedgerEntry } from '../../../lib/model/incident.ts';
import type { MoveRecord } from '../../../lib/model/move-work.ts';
import type { RemedyStep } from '../../../lib/model/snapshot.ts';
import type { Standing } from '../../../lib/model/standing.ts';
import { minutes, seconds } from '../../../lib/model/units.ts';
import { answer, identity } from '../../fakes/cluster.ts';
import { fakeLedger } from '../../fakes/memory-ledger.ts';
import { type FakeNode, fakeNode } from '../../fakes/node.ts';
import { virtualClock } from '../../fakes/sim/clock.ts';

const RECORD = '/var/lib/nodemend/move-work/record.json';
const intent: Intent = {
  kind: 'intent',
  action: 'i.1',
  incident: 'i',
  type: 'KernelDeadlock',
  remedy: 'drain',
  rung: 0,
  disruption: 'workload',
  plan: [{ do: 'move-work', verb: 'drain' }],
  by: 'agent',
};
const STEP = { do: 'move-work', verb: 'drain' } as const;

interface Host {
  readonly files: Map<string, string>;
  /** Of the unit: systemctl show. */
  state: 'active' | 'inactive';
  readonly view?: Partial<HostView>;
}

function started(entries: LedgerEntry[] = [], host: Host = { files: new Map(), state: 'active' }) {
  const clock = virtualClock();
  const asked: ControlRequest[] = [];
  const told: RemedyStep[] = [];
  const underWay: boolean[] = [];
  const ledger = fakeLedger(entries);
  const ended = new AbortController();
  let open: string | undefined = 'i';
  const node = fakeNode({});
  const errands = openErrands({
    host: {
      ...node,
      ...host.view,
      clock,
      async readFile(path) {
        const text = host.files.get(path);
        return text === undefined ? { kind: 'missing' } : { kind: 'text', text, truncated: false };
      },
      async run(argv) {
        const stdout = argv.includes('show')
          ? `Id=nodemend-move-work.service\nLoadState=loaded\nActiveState=${host.state}\nSubState=x\nResult=success\nMainPID=0\n\n`
          : '';
        return { kind: 'exited', code: 0, stdout, stderr: '', truncated: false };
      },
    },
    control: {
      async control(request) {
        asked.push(request);
        if (request.kind === 'write-file') host.files.set(request.path, request.text);
        return { kind: 'done' };
      },
    },
    config: defaultConfig(),
    node: 'web-1',
    ledger,
    moment: () => ({ boot: 'b', up: clock.monotonic() }),
    casebook: { incidentOf: () => open },
    tell: (step) => told.push(step),
    onUnderWay: (is) => underWay.push(is),
    signal: ended.signal,
  });
  const say = (changes: Partial<MoveRecord>) => {
    const before = JSON.parse(host.files.get(RECORD) ?? '{}') as MoveRecord;
    host.files.set(RECORD, JSON.stringify({ ...before, ...changes }));
  };
  const begun = () => asked.filter(({ kind }) => kind === 'begin-program').length;
  return {
    errands,
    clock,
    ledger,
    told,
    underWay,
    host,
    say,
    begun,
    stop: () => ended.abort(),
    close: () => {
      open = undefined;
    },
  };
}

const ending = (outcome: 'succeeded' | 'failed' | 'interrupted' | 'refused', message = 'm') =>
  ({ outcome, message, mark: 'Completed', uncordon: false, at: 0 }) as const;
const outcomes = (ledger: { readonly entries: readonly LedgerEntry[] }) =>
  ledger.entries.flatMap((entry) => (entry.kind === 'outcome' ? [`${entry.remedy} ${entry.outcome}: ${entry.message}`] : []));

async function begin(world: ReturnType<typeof started>) {
  await world.ledger.append(intent);
  let outcome: unknown;
  void world.errands.begin(STEP, intent).then((answer) => {
    outcome = answer;
  });
  await world.clock.run(seconds(2));
  world.say({ stage: 'cordoned' });
  await world.clock.run(seconds(2));
  return outcome;
}

describe('an errand', () => {
  it('is begun, and not waited for beyond the cordon', async () => {
    const world = started();

    expect(await begin(world)).toMatchObject({ kind: 'begun' });
    expect([world.begun(), world.underWay]).toEqual([1, [true]]);
    expect(world.errands.hold()).toMatchObject({ id: 'under-way', why: expect.stringContaining('drain for KernelDeadlock') });
    expect(outcomes(world.ledger)).toEqual([]);
    world.stop();
  });

  it('ends with an outcome in the ledger, once, and holds nothing any more', async () => {
    const world = started();
    await begin(world);
    world.say({ stage: 'ended', owned: true, ending: ending('succeeded', 'drained: 2 pods moved away') });
    await world.clock.run(seconds(20));

    expect(outcomes(world.ledger)).toEqual(['drain succeeded: drained: 2 pods moved away']);
    expect(world.told).toMatchObject([{ kind: 'succeeded', remedy: 'drain', outcome: 'succeeded' }]);
    expect([world.errands.hold(), world.underWay]).toEqual([undefined, [true, false]]);
    world.stop();
  });

  it('is begun again where its unit has ended without a word', async () => {
    const world = started();
    await begin(world);
    world.host.state = 'inactive';
    await world.clock.run(seconds(8));

    expect(world.begun()).toBe(2);
    world.stop();
  });

  it('rests ever longer after it was put off, and says why', async () => {
    const world = started();
    await begin(world);
    world.say({ stage: 'ended', ending: ending('interrupted', 'fleet-budget: full') });
    await world.clock.run(seconds(10));

    expect(world.errands.hold()).toEqual({ id: 'cooldown', why: 'put off: fleet-budget: full' });
    expect(world.told).toMatchObject([{ kind: 'skipped' }]);
    await world.clock.run(minutes(1));
    expect(world.errands.hold()).toBeUndefined();
    world.stop();
  });

  it('refuses a second one', async () => {
    const world = started();
    await begin(world);

    expect(await world.errands.begin(STEP, { ...intent, action: 'i.2' })).toMatchObject({ kind: 'refused' });
    world.stop();
  });
});

describe('whether it is of the control plane', () => {
  const LABELLED = { kind: 'Node', metadata: { name: 'web-1', labels: { 'node-role.kubernetes.io/control-plane': '' } } };
  it.each<[string, FakeNode | 'unreadable', boolean]>([
    ['a worker', { processes: [{ pid: 7, name: 'kubelet' }] }, false],
    ['etcd runs here', { processes: [{ pid: 7, name: 'etcd' }] }, true],
    ['a server of k3s', { processes: [{ pid: 7, name: 'k3s-server' }] }, true],
    ['its daemons are dead, and it has the role', { identity, api: () => answer(LABELLED) }, true],
    ['nobody can tell', 'unreadable', true],
  ])('%s', async (_, seen, expected) => {
    const unreadable = { processes: async () => ({ kind: 'denied' }) as const };
    const view = seen === 'unreadable' ? unreadable : fakeNode(seen);
    const world = started([], { files: new Map(), state: 'active', view });
    await begin(world);
    world.stop();

    expect(JSON.parse(world.host.files.get('/var/lib/nodemend/move-work/order.json') ?? '')).toMatchObject({
      controlPlane: expected,
    });
  });
});

describe('an agent that is started anew', () => {
  it('takes up what the one before it began', async () => {
    const first = started();
    await begin(first);
    first.stop();
    const second = started([...first.ledger.entries], first.host);

    expect([...(await second.errands.adopt())]).toEqual(['i.1']);
    second.errands.goOn();
    second.say({ stage: 'ended', ending: ending('succeeded') });
    await second.clock.run(seconds(10));

    expect(outcomes(second.ledger)).toEqual(['drain succeeded: m']);
    expect(second.begun()).toBe(0);
    second.stop();
  });

  it('begins it again where it has died with its agent', async () => {
    const first = started();
    await begin(first);
    first.stop();
    const second = started([...first.ledger.entries], { ...first.host, state: 'inactive' });
    await second.errands.adopt();
    second.errands.goOn();
    await second.clock.run(seconds(8));

    expect(second.begun()).toBe(1);
    second.stop();
  });

  it.each(['', '{"action":"x"}'])('takes up nothing that was not begun: %j', async (text) => {
    const files = new Map([['/var/lib/nodemend/move-work/order.json', text]]);
    const world = started([], { files, state: 'inactive' });
    await world.ledger.append(intent);

    expect((await world.errands.adopt()).size).toBe(0);
    expect(world.errands.hold()).toBeUndefined();
  });
});

describe('a cordon of ours', () => {
  const problem = { identity: 'KernelDeadlock\0' } as Standing;

  async function drained() {
    const world = started();
    await begin(world);
    world.say({ stage: 'ended', owned: true, ending: ending('succeeded') });
    await world.clock.run(seconds(10));
    return world;
  }

  it('is given back when its problem has been gone for a while', async () => {
    const world = await drained();
    world.errands.take([problem]);
    world.close();
    world.errands.take([]);
    await world.clock.run(seconds(10));
    world.errands.take([]);
    expect(world.begun()).toBe(1);
    await world.clock.run(seconds(15));
    world.errands.take([]);
    await world.clock.run(seconds(5));

    expect(world.begun()).toBe(2);
    const order = JSON.parse(world.host.files.get('/var/lib/nodemend/move-work/order.json') ?? '');
    expect(order).toMatchObject({ verb: 'uncordon', incident: 'i' });
    world.stop();
  });

  it('that somebody has lifted is no news, and what it was for is still known', async () => {
    const world = await drained();
    const path = '/var/lib/nodemend/move-work/order.json';
    const order = JSON.parse(world.host.files.get(path) ?? '');
    world.host.files.set(path, JSON.stringify({ ...order, reason: 'DockerHung' }));
    world.told.length = 0;
    world.close();
    for (let look = 0; look < 2; look += 1) {
      world.errands.take([]);
      await world.clock.run(seconds(25));
    }
    expect(JSON.parse(world.host.files.get(path) ?? '')).toMatchObject({ verb: 'uncordon', reason: 'DockerHung' });
    world.say({ stage: 'ended', owned: false, ending: ending('refused') });
    await world.clock.run(seconds(10));

    expect(outcomes(world.ledger).at(-1)).toBe('uncordon refused: m');
    expect(world.told).toEqual([]);
    world.stop();
  });

  it('stands as long as the problem does', async () => {
    const world = await drained();
    for (let minute = 0; minute < 5; minute += 1) {
      world.errands.take([problem]);
      await world.clock.run(minutes(1));
    }

    expect(world.begun()).toBe(1);
    world.stop();
  });

  it('stands while a reboot has not been validated, however well it looks', async () => {
    const world = await drained();
    await world.ledger.append({ ...intent, action: 'i.2', remedy: 'reboot', disruption: 'node', plan: [] });
    world.close();
    for (let minute = 0; minute < 5; minute += 1) {
      world.errands.take([]);
      await world.clock.run(minutes(1));
    }

    expect(world.begun()).toBe(1);
    world.stop();
  });

  it('is nobody’s to give back once a reboot was validated: whoever did that has lifted it', async () => {
    const world = await drained();
    const reboot = { action: 'i.2', incident: 'i', remedy: 'reboot' };
    await world.ledger.append({ ...intent, ...reboot, disruption: 'node', plan: [] });
    await world.ledger.append({ kind: 'outcome', ...reboot, outcome: 'succeeded', message: 'm' });
    world.close();
    for (let look = 0; look < 4; look += 1) {
      world.errands.take([]);
      await world.clock.run(seconds(30));
    }

    expect(world.begun()).toBe(1);
    expect(world.ledger.entries.filter(({ kind }) => kind === 'intent')).toHaveLength(2);
    world.stop();
  });

  it('stands after a reboot that did not help, until its problem is over', async () => {
    const world = await drained();
    const reboot = { action: 'i.2', incident: 'i', remedy: 'reboot' };
    await world.ledger.append({ ...intent, ...reboot, disruption: 'node', plan: [] });
    await world.ledger.append({ kind: 'outcome', ...reboot, outcome: 'failed', message: 'm' });
    world.errands.take([problem]);
    await world.clock.run(minutes(1));
    expect(world.begun()).toBe(1);
    world.close();
    for (let look = 0; look < 4; look += 1) {
      world.errands.take([]);
      await world.clock.run(seconds(30));
    }

    expect(world.begun()).toBe(2);
    world.stop();
  });

  it('stands as long as another problem does that found it', async () => {
    const world = await drained();
    world.close();
    const about = { type: 'OutOfDisk', reason: 'R', severity: 'critical', message: '', evidence: [] } as const;
    await world.ledger.append({ kind: 'opened', incident: 'other', ...about });
    await world.ledger.append({ ...intent, action: 'other.1', incident: 'other' });
    await world.ledger.append({
      kind: 'outcome',
      action: 'other.1',
      incident: 'other',
      remedy: 'drain',
      outcome: 'refused',
      message: '',
    });
    for (let look = 0; look < 3; look += 1) {
      world.errands.take([]);
      await world.clock.run(seconds(30));
    }
    expect(world.begun()).toBe(1);

    await world.ledger.append({ kind: 'closed', incident: 'other', healedBy: 'itself' });
    for (let look = 0; look < 2; look += 1) {
      world.errands.take([]);
      await world.clock.run(seconds(25));
    }
    expect(world.begun()).toBe(2);
    world.stop();
  });

  it('is remembered by the next agent', async () => {
    const first = await drained();
    first.stop();
    const second = started([...first.ledger.entries], first.host);
    await second.errands.adopt();
    second.close();
    second.errands.take([]);
    await second.clock.run(seconds(30));
    second.errands.take([]);
    await second.clock.run(seconds(5));

    expect(second.begun()).toBe(1);
    second.stop();
  });
});
