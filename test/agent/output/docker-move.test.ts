import { describe, expect, it } from 'vitest';
import { renderMovePlan, renderStanding, reportOfJournal, reportOfPlan } from '../../../agent/output/docker-move.ts';
import type { MoveFacts } from '../../../lib/docker/preflight.ts';
import { journal } from '../docker-move/world.ts';

const page = { columns: 100, color: false };
const GiB = 2 ** 30;
const facts: MoveFacts = {
  from: '/var/lib/docker',
  to: '/data/docker',
  docker: { version: '20.10.24', driver: 'overlay2', root: '/var/lib/docker', containerdStore: false, quota: false },
  rsync: [3, 2],
  rsyncHint: '',
  target: {
    kind: 'directory',
    names: [],
    ours: true,
    sameFilesystem: false,
    permanent: true,
    mountPoint: '/data',
    type: 'xfs',
    readOnly: false,
    bytesAvailable: 20 * GiB,
    inodes: 0,
    inodesFree: 0,
    copied: GiB,
  },
  size: { bytes: 10 * GiB, inodes: 416 },
  foreignMounts: [],
  kubeletTrouble: undefined,
  node: { kind: 'known', cordoned: false, pods: ['default/web'] },
};
const config = {
  path: '/etc/docker/daemon.json',
  before: '{\n  "debug": true\n}\n',
  after: '{\n  "data-root": "/data/docker",\n  "debug": true\n}\n',
};

describe('the plan', () => {
  it('shows what moves where, and the change as a diff', () => {
    const text = renderMovePlan({ facts, config, units: ['kubelet.service', 'docker.service'], refusals: [] }, page);

    expect(text).toContain('from        /var/lib/docker: 10 GiB in 416 inodes (docker 20.10.24, overlay2)');
    expect(text).toContain('to          /data/docker: 20 GiB free on /data (xfs)');
    expect(text).toContain('continues   1 GiB of an earlier copy are there already');
    expect(text).toContain('node        not cordoned, 1 pod to be drained');
    expect(text).toContain('stops       kubelet.service, docker.service and every container');
    expect(text).toContain('+  "data-root": "/data/docker",');
    expect(text).not.toContain('Refused');
  });

  it('that is refused shows every reason and no change', () => {
    const refusals = [
      { reason: 'same-filesystem', message: 'nothing would be gained' },
      { reason: 'rsync', message: 'there is no \u001b[2Jrsync' },
    ];
    const text = renderMovePlan({ facts, config, units: [], refusals }, page);

    expect(text).toContain('  same-filesystem  nothing would be gained\n  rsync            there is no \\x1b[2Jrsync\n');
    expect(text).not.toContain('Writes');
    expect(reportOfPlan(facts, refusals, 'now')).toMatchObject({ state: 'refused', refusals, bytes: 10 * GiB });
    expect(reportOfPlan(facts, [], 'now')).toMatchObject({ state: 'planned', to: '/data/docker' });
  });
});

describe('where a move stands', () => {
  it.each([
    [{}, 'under-way  /var/lib/docker -> /data/docker, last: copy\n  nodemend docker migrate-data --resume'],
    [
      { outcome: 'moved' },
      'moved  /var/lib/docker -> /data/docker\n  when you are content: nodemend docker migrate-data --remove-old',
    ],
    [
      { outcome: 'rolled-back', cause: 'could not copy: no space' },
      'rolled-back  /var/lib/docker -> /data/docker: could not copy: no space\n',
    ],
    [{ outcome: 'removed' }, 'nothing is left to do'],
  ] as const)('%j', (change, expected) => {
    expect(renderStanding({ ...journal, stage: 'copy', ...change }, page)).toContain(expected);
  });

  it('as a document', () => {
    expect(reportOfJournal(undefined, 'now')).toMatchObject({ kind: 'DockerDataMove', state: 'none', from: null });
    expect(reportOfJournal({ ...journal, stage: 'verify' }, 'now')).toMatchObject({
      state: 'under-way',
      stage: 'verify',
      bytes: 1000,
    });
    expect(reportOfJournal({ ...journal, outcome: 'rolled-back', cause: 'x' }, 'now')).toMatchObject({
      state: 'rolled-back',
      cause: 'x',
    });
  });
});
