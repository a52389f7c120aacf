import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../agent/configuration.ts';
import {
  AFTER_FILE,
  AFTER_UNIT,
  parseRebootReport,
  REBOOT_FILE,
  REBOOT_UNIT,
  type RebootReport,
} from '../../../agent/reboot/program.ts';
import { resumeReboot } from '../../../agent/reboot/resume.ts';
import { rebootStep } from '../../../agent/steps/reboot.ts';
import type { HostView } from '../../../lib/host/host.ts';
import type { LedgerEntry } from '../../../lib/model/incident.ts';
import type { RebootSettings } from '../../../lib/model/reboot.ts';
import type { RemedyStep } from '../../../lib/model/snapshot.ts';
import { fakeLedger } from '../../fakes/memory-ledger.ts';
import { fakeNode } from '../../fakes/node.ts';
import { fakeSystemd } from '../../fakes/systemd.ts';

const SETTINGS: RebootSettings = {
  inhibitors: { files: [], users: false },
  within: 600_000,
  validation: { stable: 120_000, within: 900_000 },
};
const STEP = { do: 'reboot', settings: SETTINGS, within: 600_000 } as const;
const text = (report: object | undefined) =>
  report === undefined
    ? ({ kind: 'missing' } as const)
    : ({ kind: 'text', text: JSON.stringify(report), truncated: false } as const);

type Said = Partial<RebootReport>;

interface Script {
  /** What the program says, by when. */
  readonly says?: readonly (readonly [number, Said])[];
  readonly endsAfter?: number;
  readonly abortAfter?: number;
  readonly active?: boolean;
  /** Of a run before. */
  readonly left?: Said;
}

function world({ says = [], endsAfter, abortAfter, active, left }: Script, [unit, file]: readonly [string, string]) {
  const systemd = fakeSystemd(active === true ? { [unit]: { activeState: 'active' } } : {});
  const stop = new AbortController();
  let written: object | undefined = left;
  const live = (id: string) => {
    systemd.units[unit] = { activeState: 'active' };
    for (const [after, report] of says) {
      systemd.at(systemd.now() + after, () => {
        written = { id, boot: 'b2', why: 'said', ...report };
      });
    }
    if (endsAfter !== undefined) systemd.at(systemd.now() + endsAfter, () => delete systemd.units[unit]);
  };
  if (abortAfter !== undefined) systemd.at(abortAfter, () => stop.abort());
  systemd.answer = (request) => {
    if (request.kind !== 'begin-program') return undefined;
    live((JSON.parse(request.argv[2] ?? '') as { id: string }).id);
    return { kind: 'done' };
  };
  const host = {
    ...systemd.host,
    readFile: async (path: string) => (path === file ? text(written) : systemd.host.readFile(path)),
  };
  return { systemd, host, stop, begun: () => systemd.requests.filter(({ kind }) => kind === 'begin-program') };
}

describe('the step reboot', () => {
  const step = async (script: Script, identity: object | undefined = {}) => {
    const { systemd, host, stop, begun } = world(script, [REBOOT_UNIT, REBOOT_FILE]);
    const outcome = await rebootStep(STEP, { host, control: systemd.control, signal: stop.signal, programIdentity: identity });
    return { outcome, begun: begun() };
  };

  it.each<[string, Script, string, string]>([
    ['a refusal', { says: [[500, { kind: 'refused', why: 'process 812 (java) is of pod default/web' }]] }, 'refused', 'java'],
    [
      'a failure',
      {
        says: [
          [500, { kind: 'rebooting' }],
          [900, { kind: 'failed', why: 'Access denied' }],
        ],
      },
      'failed',
      'Access denied',
    ],
    [
      'a host that goes down, and the agent with it',
      { says: [[500, { kind: 'rebooting' }]], abortAfter: 3000 },
      'begun',
      'next boot',
    ],
    ['an agent that ends before it knows', { abortAfter: 100 }, 'begun', 'next boot'],
    [
      'a host that does not go down',
      { says: [[500, { kind: 'rebooting' }]], endsAfter: 600 },
      'timed-out',
      'not gone down within 10m',
    ],
    ['an end without a word', { endsAfter: 500 }, 'failed', 'without a word'],
    ['one that is at work', { active: true }, 'refused', 'already'],
  ])('tells %s', async (_what, script, kind, why) => {
    expect((await step(script)).outcome).toMatchObject({ kind, why: expect.stringContaining(why) });
  });

  it('does nothing where nobody may ask the cluster', async () => {
    const { systemd, host, stop, begun } = world({}, [REBOOT_UNIT, REBOOT_FILE]);
    const { kind } = await rebootStep(STEP, { host, control: systemd.control, signal: stop.signal });

    expect(kind).toBe('refused');
    expect(begun()).toEqual([]);
  });
});

interface Boot {
  readonly boot: 'b1' | 'b2';
  readonly files?: readonly [string, string];
  readonly view?: Partial<HostView>;
  /** Its incident is closed while it is validated, and leaves the ledger's memory. */
  readonly forgotten?: boolean;
}

async function resumed(script: Script, { boot, files, view, forgotten }: Boot) {
  const ledger = fakeLedger();
  const incident = 'i';
  await ledger.append({
    kind: 'opened',
    incident,
    type: 'PLEGUnhealthy',
    reason: 'PlegStalled',
    severity: 'critical',
    message: 'm',
    evidence: [],
  });
  const intent = {
    kind: 'intent',
    action: 'i.1',
    incident,
    type: 'PLEGUnhealthy',
    remedy: 'reboot',
    rung: 1,
    disruption: 'node',
    plan: [STEP],
    by: 'agent',
  } as const;
  await ledger.append(intent);
  const at = ledger.entries[1]?.boot ?? '';
  const { systemd, host, stop, begun } = world(script, files ?? [AFTER_UNIT, AFTER_FILE]);
  const told: RemedyStep[] = [];
  const claims: string[] = [];
  const entries = ledger.entries as LedgerEntry[];
  let controlPlane: boolean | undefined;
  await resumeReboot({
    // What is read here is read at once: no deadline of it ever comes.
    host: { ...host, ...view, clock: { ...host.clock, alarm: () => () => undefined } },
    control: systemd.control,
    ledger,
    moment: () => ({ boot: boot === 'b1' ? at : 'b2', up: 5 }),
    config: defaultConfig(),
    fleet: {
      async resume(remedy, trouble) {
        ({ controlPlane } = trouble);
        claims.push(`claimed ${remedy}`);
        if (forgotten === true) entries.shift();
        return async () => {
          claims.push('released');
        };
      },
    },
    tell: (step) => told.push(step),
    checkOf: () => 'pleg-health',
    signal: stop.signal,
  });
  const outcome = ledger.entries.find(({ kind }) => kind === 'outcome');
  return { outcome, told, claims, controlPlane, begun: begun() };
}

describe('the agent after the boot', () => {
  it('proves the reboot by its boot id, validates in a program of its own, and holds its place until then', async () => {
    const { outcome, told, claims, begun } = await resumed(
      { says: [[130_000, { kind: 'done', why: 'well for 2m' }]] },
      { boot: 'b2' },
    );

    expect(outcome).toMatchObject({
      outcome: 'succeeded',
      action: 'i.1',
      message: expect.stringMatching(/boot id .* before, b2 now; well for 2m/),
    });
    expect(told).toMatchObject([{ kind: 'succeeded', remedy: 'reboot', type: 'PLEGUnhealthy', reason: 'PlegStalled' }]);
    expect(claims).toEqual(['claimed reboot', 'released']);
    expect(JSON.parse((begun[0] as unknown as { argv: string[] }).argv[2] ?? '')).toMatchObject({
      do: 'after',
      id: 'i.1',
      rebootedFor: { check: 'pleg-health', type: 'PLEGUnhealthy' },
    });
  });

  it.each<[string, Script, string]>([
    ['a node that is not well', { says: [[1000, { kind: 'failed', why: 'not well within 15m' }]] }, 'failed'],
    ['a program that never says', {}, 'timed-out'],
  ])('%s: given up, and said', async (_what, script, kind) => {
    const { outcome, claims, told } = await resumed(script, { boot: 'b2' });

    expect(outcome).toMatchObject({ outcome: kind });
    expect(told).toMatchObject([{ kind: 'failed' }]);
    expect(claims).toEqual(['claimed reboot', 'released']);
  });

  const manifest = { '/etc/kubernetes/manifests/etcd.yaml': '' };
  it.each<[string, Partial<HostView>, boolean]>([
    ['a worker', {}, false],
    ['the pods of its control plane have not started yet', { fileStatus: fakeNode({ files: manifest }).fileStatus }, true],
    ['a server of k3s', { processes: fakeNode({ processes: [{ pid: 7, name: 'k3s-server' }] }).processes }, true],
    ['nobody can tell', { processes: async () => ({ kind: 'denied' }) }, true],
  ])('says in its claim whether it is of the control plane: %s', async (_what, view, expected) => {
    const says = [[1000, { kind: 'done', why: 'well' }]] as const;

    expect(await resumed({ says }, { boot: 'b2', view })).toMatchObject({ controlPlane: expected });
  });

  it('names the problem by its reason, also where its incident is over and forgotten by then', async () => {
    const says = [[1000, { kind: 'done', why: 'well' }]] as const;
    const { told } = await resumed({ says }, { boot: 'b2', forgotten: true });

    expect(told).toMatchObject([{ type: 'PLEGUnhealthy', reason: 'PlegStalled' }]);
  });

  it('told to end meanwhile leaves it to the next, claim and all', async () => {
    const { outcome, claims, told } = await resumed({ abortAfter: 5000 }, { boot: 'b2' });

    expect(outcome).toBeUndefined();
    expect(told).toEqual([]);
    expect(claims).toEqual(['claimed reboot']);
  });

  it('finds what an agent before it had validated', async () => {
    const left = { id: 'i.1', boot: 'b2', kind: 'done', why: 'well' } as const;
    const { outcome, begun } = await resumed({ left }, { boot: 'b2' });

    expect(outcome).toMatchObject({ outcome: 'succeeded' });
    expect(begun).toEqual([]);
  });

  it('waits for a program that an agent before it had begun', async () => {
    const { begun, outcome } = await resumed({ active: true }, { boot: 'b2' });

    expect(begun).toEqual([]);
    expect(outcome).toMatchObject({ outcome: 'timed-out' });
  });
});

describe('the agent that is started anew in the same boot', () => {
  const files = [REBOOT_UNIT, REBOOT_FILE] as const;

  it('takes an intent that nothing was done about for interrupted', async () => {
    const { outcome, claims } = await resumed({}, { boot: 'b1', files });

    expect(outcome).toMatchObject({ outcome: 'interrupted' });
    expect(claims).toEqual(['claimed reboot', 'released']);
  });

  it('waits for the program that is at work, and leaves it to the next boot', async () => {
    const { outcome } = await resumed({ active: true, abortAfter: 4000 }, { boot: 'b1', files });

    expect(outcome).toBeUndefined();
  });
});

describe('parseRebootReport', () => {
  it.each([
    ['', {}],
    ['null', {}],
    ['{"kind":"done"', {}],
    ['{"kind":"gone","id":"a","boot":"b"}', {}],
    ['{"kind":"done","id":"a","boot":"b"}', { id: 'x' }],
    ['{"kind":"done","id":"a","boot":"b"}', { boot: 'x' }],
  ])('%j is not what was asked for', (written, which) => expect(parseRebootReport(written, which)).toBeUndefined());
});
