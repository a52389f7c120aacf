import { describe, expect, it } from 'vitest';
import { type HostLook, type HostPod, judgeEmptiness } from '../../lib/reboot/empty.ts';

const uid = (name: string) => name.padEnd(32, '0').replaceAll(/[^0-9a-f]/g, 'a');
const pod = (name: string, kind: HostPod['kind'], ended = false): HostPod => ({ uid: uid(name), name, kind, ended });
const DAEMON = pod('kube-system/proxy', 'daemon-set');
const STATIC = pod('kube-system/etcd', 'static');
const WEB = pod('default/web', 'other');
const ID = 'c'.repeat(64);

const inPod = (of: HostPod) => `0::/kubepods/burstable/pod${of.uid}/${ID}`;
const told = <Value>(value: Value) => ({ kind: 'told', value }) as const;
const unknown = { kind: 'unknown', why: 'no answer' } as const;

const look = (changes: Partial<HostLook> & { readonly groups?: readonly (string | undefined)[] }): HostLook => ({
  processes: told(
    (changes.groups ?? []).map((groups, at) => ({ pid: 100 + at, parent: 1, startTicks: 1, name: 'java', groups })),
  ),
  pods: told([DAEMON, STATIC]),
  sandboxes: told([]),
  containers: told([]),
  ...changes,
});

describe('judgeEmptiness', () => {
  it.each<[string, Parameters<typeof look>[0]]>([
    ['nothing of any pod', { groups: ['0::/', '0::/system.slice/ssh.service'] }],
    ['pods of DaemonSets and static ones', { groups: [inPod(DAEMON), inPod(STATIC)] }],
    ['a static pod whose mirror was never made', { groups: [inPod(STATIC)], pods: told([]), sandboxes: told([STATIC]) }],
    ['a container of no pod', { groups: [`0::/docker/${ID}`], containers: told([{ id: ID, pod: '' }]) }],
    [
      'a container of a DaemonSet without QoS groups',
      { groups: [`0::/docker/${ID}`], containers: told([{ id: ID, pod: DAEMON.uid }]) },
    ],
    ['a pod that has ended', { pods: told([pod('default/job', 'other', true)]) }],
  ])('is empty with %s', (_what, changes) => {
    expect(judgeEmptiness(look(changes))).toMatchObject({ kind: 'empty' });
  });

  it.each<[string, Parameters<typeof look>[0], string]>([
    ['a pod that the API server still binds to it', { pods: told([WEB]) }, 'default/web'],
    ['a process of a pod that nobody knows any more', { groups: [inPod(WEB)] }, 'a pod that nobody knows'],
    ['a process of a pod that has ended', { groups: [inPod(WEB)], pods: told([{ ...WEB, ended: true }]) }, 'pod default/web'],
    ['a pod that only the runtime knows', { groups: [inPod(WEB)], sandboxes: told([WEB]) }, 'pod default/web'],
    [
      'a runtime that calls a pod of the API static no more',
      { groups: [inPod(WEB)], pods: told([]), sandboxes: told([]) },
      'nobody knows',
    ],
    ['a process in the tree of pods', { groups: ['0::/kubepods.slice'] }, 'and no pod of them'],
    ['a process whose groups cannot be read', { groups: [undefined] }, 'could not be read'],
    ['groups that are none', { groups: ['garbage'] }, 'could not be read'],
    ['a container that the runtime does not know', { groups: [`0::/docker/${ID}`] }, 'does not know'],
    ['a runtime that does not answer', { groups: [`0::/docker/${ID}`], containers: unknown }, 'no answer'],
    [
      'a container of another pod',
      { groups: [`0::/x/${ID}`], pods: told([{ ...WEB, ended: true }]), containers: told([{ id: ID, pod: WEB.uid }]) },
      'default/web',
    ],
    ['an API server that does not answer', { pods: unknown }, 'DaemonSets is not known: no answer'],
    ['a process table that does not come', { processes: unknown }, 'processes of this host are not known'],
  ])('is not empty with %s', (_what, changes, why) => {
    const judged = judgeEmptiness(look(changes));

    expect(judged).toMatchObject({ kind: 'not-empty', why: expect.stringContaining(why) });
  });

  it('counts the processes that stay', () => {
    const groups = ['0::/', inPod(DAEMON), inPod(STATIC), `0::/docker/${ID}`];

    expect(judgeEmptiness(look({ groups, containers: told([{ id: ID, pod: '' }]) }))).toEqual({ kind: 'empty', kept: 3 });
  });

  it.each([
    [1, 'a pod is bound to it still: default/web0'],
    [3, 'pods are bound to it still: default/web0, default/web1, default/web2'],
    [5, 'pods are bound to it still: default/web0, default/web1, default/web2, and 2 more'],
  ])('names three of %d pods that are bound to it', (count, why) => {
    const pods = Array.from({ length: count }, (_, at) => pod(`default/web${at}`, 'other'));

    expect(judgeEmptiness(look({ pods: told(pods) }))).toEqual({ kind: 'not-empty', why });
  });

  it('holds in two pods, of which one has to go', () => {
    const groups = [`4:memory:/kubepods/pod${DAEMON.uid}/x\n3:pids:/kubepods/pod${WEB.uid}/x`];

    expect(judgeEmptiness(look({ groups })).kind).toBe('not-empty');
  });

  it('names a few and counts the rest; what the host says cannot move a cursor', () => {
    const groups = Array.from({ length: 9 }, () => inPod(WEB));
    const judged = judgeEmptiness(look({ groups, sandboxes: told([{ ...WEB, name: 'a/\u001b[31mx' }]) }));

    expect(judged).toMatchObject({ why: expect.stringMatching(/process 100 .*process 102 .*; 6 more$/) });
    expect(JSON.stringify(judged)).not.toContain('\\u001b');
  });

  it('one process more than may stay is one too many, wherever it stands', () => {
    for (let at = 0; at < 40; at += 1) {
      const groups = Array.from({ length: 40 }, (_, index) => (index === at ? inPod(WEB) : inPod(DAEMON)));
      expect(judgeEmptiness(look({ groups })).kind).toBe('not-empty');
    }
  });
});
