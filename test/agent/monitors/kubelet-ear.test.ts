import { describe, expect, it } from 'vitest';
import { type DaemonFactsParts, keepJournal, openDaemonFacts } from '../../../agent/daemon-facts.ts';
import type { Gatherer } from '../../../agent/gather.ts';
import { openKubeletEar } from '../../../agent/monitors/kubelet-ear.ts';
import type { Source } from '../../../lib/model/source.ts';
import { minutes, seconds } from '../../../lib/model/units.ts';
import type { JournalEntry } from '../../../lib/monitors/lines/journal.ts';
import { kubeletJournal } from '../../../lib/sources/kubelet/kubelet-journal.ts';
import { kubeletProcess } from '../../../lib/sources/kubelet/kubelet-process.ts';
import { fakeNode } from '../../fakes/node.ts';

const COMPLAINTS = [
  'skipping pod synchronization - [PLEG is not healthy: pleg was last seen active 3m5.5s ago; threshold is 3m0s]',
  '"Skipping pod synchronization" err="PLEG is not healthy: pleg has yet to be successful"',
  'Error updating node status, will retry: error getting node "a": context deadline exceeded',
  '"Unable to register node with API server" err="Post \\"https://10.0.0.1:6443/api/v1/nodes\\": EOF"',
  'failed to ensure node lease exists, will retry in 7s, error: Get "https://10.0.0.1:6443": EOF',
  '"Failed to update lease" err="Operation cannot be fulfilled"',
  'Failed to watch *v1.Node: Get "https://10.0.0.1:6443/api/v1/nodes": EOF',
  'Get "https://10.0.0.1:6443/api/v1/pods": dial tcp 10.0.0.1:6443: connect: connection refused',
  'Get "https://10.0.0.1:6443/api/v1/pods": net/http: TLS handshake timeout',
  'Get "https://10.0.0.1:6443/api/v1/pods": http2: client connection lost',
];
const USUAL = [
  'Failed to get system container stats for "/system.slice/docker.service": failed to get cgroup stats',
  '"Failed to get status for pod" podUID=1 err="pods \\"a\\" not found"',
  '"SyncLoop (PLEG): event for pod" pod="default/a"',
];

const entry = (message: string, more: Partial<JournalEntry> = {}): JournalEntry => ({
  cursor: 's=1',
  time: 0,
  message,
  identifier: 'kubelet',
  transport: 'stdout',
  unit: 'kubelet.service',
  uid: '0',
  pid: '812',
  ...more,
});

function open() {
  let now = 0;
  const ear = openKubeletEar({ monotonic: () => now });
  return {
    ear,
    /** How long it is quiet by then. */
    later(duration: number) {
      now += duration;
      return ear.quietFor();
    },
  };
}

describe('what is heard of the kubelet', () => {
  it('is quiet for as long as the journal is read', () => {
    const { ear, later } = open();
    expect(later(minutes(1))).toBe(0);

    ear.see(undefined);
    expect(later(minutes(1))).toBe(minutes(1));
    ear.see(undefined);
    expect(later(minutes(1))).toBe(minutes(2));

    ear.see('journalctl ended with status 1');
    expect(later(minutes(1))).toBe(0);
    ear.see(undefined);
    expect(later(seconds(5))).toBe(seconds(5));
  });

  it.each(COMPLAINTS)('ends with a complaint: %s', (message) => {
    const { ear, later } = open();
    ear.see(undefined);
    later(minutes(1));

    ear.hear([entry(USUAL[0] ?? ''), entry(message)]);

    expect(later(seconds(3))).toBe(seconds(3));
    expect(message).toMatch(new RegExp(ear.grep));
  });

  it.each(USUAL)('is not disturbed by what every kubelet says, nor is it woken for it: %s', (message) => {
    const { ear, later } = open();
    ear.see(undefined);

    ear.hear([entry(message)]);

    expect(later(minutes(1))).toBe(minutes(1));
    expect(message).not.toMatch(new RegExp(ear.grep));
  });

  it('ends with one that may be forged, and not with another program’s', () => {
    const { ear, later } = open();
    ear.see(undefined);
    later(minutes(1));

    ear.hear([entry(COMPLAINTS[0] ?? '', { identifier: 'dockerd' })]);
    expect(later(0)).toBe(minutes(1));
    ear.hear([entry(COMPLAINTS[0] ?? '', { uid: '1000', unit: 'session-1.scope' })]);
    expect(later(0)).toBe(0);
  });

  it('makes a blind agent no wiser', () => {
    const { ear, later } = open();

    ear.hear([entry(COMPLAINTS[0] ?? '')]);

    expect(later(minutes(1))).toBe(0);
  });
});

describe('the kubelet’s log, once read,', () => {
  const NOW = Date.parse('2026-01-01T01:00:00Z');
  const read = { kind: 'read', unit: 'kubelet.service', identifier: 'kubelet', heard: 3, failures: [] };
  const said = (ago: number) => ({ at: NOW - minutes(ago), line: COMPLAINTS[0] });
  const running = { kind: 'running', startedAt: NOW - minutes(30) };

  const keepOf = (quietFor: number, journal: unknown, kubelet: unknown) => {
    const facts = new Map<Source<unknown>, unknown>([
      [kubeletJournal, journal],
      [kubeletProcess, kubelet],
    ]);
    const last = (source: Source<unknown>) => {
      const fact = facts.get(source);
      return fact === undefined ? undefined : { fact, age: 0 };
    };
    return keepJournal({ last } as Pick<Gatherer, 'last'>, quietFor, NOW);
  };

  it('is what the agent’s own readings go by', async () => {
    const asked: string[] = [];
    let now = 0;
    const clock = { now: () => NOW + now, monotonic: () => now, sleep: async () => undefined };
    const unused = () => expect.fail('unused');
    const { gathered } = openDaemonFacts({
      host: { ...fakeNode({}), clock },
      config: { checks: {}, remedies: {} },
      ledger: { state: { kind: 'disk' } },
      moment: () => ({ at: NOW, boot: 'b', up: 0 }),
      monitors: { kubeletQuietFor: () => now + seconds(1), conditions: unused },
    } as unknown as DaemonFactsParts);
    gathered.tell?.(kubeletProcess, { ...running, startedAt: NOW - minutes(30) } as never);
    gathered.tell?.(kubeletJournal, read as never);
    const isKept = async () => {
      const fact = await gathered.fact(kubeletJournal);
      asked.push(fact === (read as unknown) ? 'kept' : 'read');
    };

    for (const at of [minutes(1.5), minutes(4.9), minutes(5.1)]) {
      now = at;
      await isKept();
    }

    expect(asked).toEqual(['kept', 'kept', 'read']);
  });

  it.each([
    ['is good for 5 minutes of silence', minutes(60), read, running, minutes(5)],
    ['is good for as long as it has been silent', minutes(3), read, running, minutes(3)],
    ['is read each minute after a complaint, or by a deaf agent', 0, read, running, minutes(1)],
    ['is read each minute while it tells of API errors', minutes(60), { ...read, apiErrors: 2 }, running, minutes(1)],
    ['is read each minute after a complaint in it', minutes(60), { ...read, pleg: said(4) }, running, minutes(1)],
    ['is good again when that is long ago', minutes(60), { ...read, pleg: said(6) }, running, minutes(5)],
    ['is none of another run', minutes(60), read, { ...running, startedAt: NOW - minutes(2) }, minutes(2)],
    ['is read each minute while the kubelet is away', minutes(60), read, { kind: 'absent', why: '' }, minutes(1)],
    ['is read each minute of a kubelet under another name', minutes(60), { ...read, identifier: 'k3s' }, running, minutes(1)],
    ['is read again if it could not be read', minutes(60), { kind: 'unavailable', why: '' }, running, minutes(1)],
    ['is read the first time', minutes(60), undefined, undefined, minutes(1)],
  ])('%s', (_, quietFor, journal, kubelet, expected) => {
    expect(keepOf(quietFor, journal, kubelet)).toBe(expected);
  });
});
