import { describe, expect, it } from 'vitest';
import type { Collector } from '../../agent/evidence/collector.ts';
import { collectors } from '../../agent/evidence/collectors.ts';
import { EVIDENCE_WITHIN, MOST_EVIDENCE, tail, takeEvidence } from '../../agent/evidence.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { ControlAnswer, ControlRequest } from '../../lib/host/host-control.ts';
import { MiB } from '../../lib/model/units.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';

const usage = (bytesAvailable: number, bytes = 100_000 * MiB) =>
  ({ kind: 'usage', bytes, bytesAvailable, inodes: 1, inodesFree: 1, device: 1 }) as const;
const collector = (name: string, text: string | undefined, most = 1000): Collector => ({ name, most, collect: async () => text });

function laboratory(node: FakeNode = {}, answer: ControlAnswer = { kind: 'done' }) {
  const requests: ControlRequest[] = [];
  const control = {
    async control(request: ControlRequest) {
      requests.push(request);
      return answer;
    },
  };
  const host = fakeNode({ usage: { '/state': usage(50_000 * MiB) }, ...node });
  return { requests, parts: { host, control, stateDirectory: '/state', action: 'a1', units: ['docker.service'] } };
}

describe('takeEvidence', () => {
  it('keeps every piece in the action’s directory, for root alone', async () => {
    const { parts, requests } = laboratory();

    expect(await takeEvidence({ ...parts, collectors: [collector('a.txt', 'x'), collector('b.txt', undefined)] })).toEqual({
      directory: '/state/evidence/a1',
      files: ['/state/evidence/a1/a.txt'],
      missing: [],
    });
    expect(requests).toEqual([{ kind: 'write-file', path: '/state/evidence/a1/a.txt', text: 'x', mode: 0o600 }]);
  });

  it.each<[string, FakeNode['usage']]>([
    ['less than 50 MiB', { '/state': usage(49 * MiB, 100 * MiB) }],
    ['less than 5%', { '/state': usage(4_999 * MiB) }],
    ['nobody knows how much', {}],
  ])('writes nothing to a disk with %s left', async (_name, left) => {
    const { parts, requests } = laboratory({ usage: left ?? {} });

    const taken = await takeEvidence({ ...parts, collectors: [collector('a.txt', 'x')] });

    expect(taken.files).toEqual([]);
    expect(taken.missing).toHaveLength(1);
    expect(requests).toEqual([]);
  });

  it('waits for none that hangs', async () => {
    const { parts } = laboratory();
    const host: HostView = { ...parts.host, clock: { ...parts.host.clock, sleep: async () => undefined } };
    const hanging: Collector = { name: 'hanging.txt', most: 10, collect: () => new Promise(() => undefined) };

    expect(await takeEvidence({ ...parts, host, collectors: [hanging] })).toMatchObject({
      files: [],
      missing: ['hanging.txt was not there in time'],
    });
  });

  it('goes on without one that fails, and without one that cannot be written', async () => {
    const broken: Collector = { name: 'broken.txt', most: 10, collect: () => Promise.reject(new Error('boom')) };
    const { parts } = laboratory({}, { kind: 'failed', why: 'ENOSPC' });

    expect(await takeEvidence({ ...parts, collectors: [broken, collector('a.txt', 'x')] })).toEqual({
      files: [],
      missing: ['broken.txt: boom', 'a.txt could not be written'],
    });
  });

  it('cuts each piece to its room', async () => {
    const { parts, requests } = laboratory();

    await takeEvidence({ ...parts, collectors: [collector('a.txt', 'x'.repeat(5000), 100)] });

    expect(requests[0]).toMatchObject({ text: expect.stringMatching(/^\[cut\]\nx+$/) });
    expect(requests[0]?.kind === 'write-file' ? requests[0].text.length : 0).toBeLessThanOrEqual(100);
  });

  it('takes 3 s and 2 MB at most', () => {
    expect(EVIDENCE_WITHIN).toBeLessThanOrEqual(3000);
    expect(MOST_EVIDENCE).toBeLessThanOrEqual(2_000_000);
    expect(new Set(collectors.map(({ name }) => name)).size).toBe(collectors.length);
  });
});

describe('tail', () => {
  it('keeps the end, in bytes, and no half character', () => {
    expect(tail('short', 100)).toBe('short');
    const cut = tail('ä'.repeat(100), 51);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(51);
    expect(cut).toMatch(/^\[cut\]\nä+$/);
  });
});

describe('dockerd-goroutines.txt', () => {
  const goroutines = collectors.find(({ name }) => name === 'dockerd-goroutines.txt');
  const SHOW = 'systemctl show --no-pager --property=Id,LoadState,ActiveState,SubState,Result,MainPID,Job -- docker.service';
  const node = (state: string, name = 'dockerd'): FakeNode => ({
    commands: { [SHOW]: 'Id=docker.service\nLoadState=loaded\nActiveState=active\nMainPID=812\nJob=\n' },
    files: { '/proc/812/stat': `812 (${name}) ${state} 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 9 0 4711 0 0` },
  });

  it.each([
    ['T', 'dockerd'],
    ['D', 'dockerd'],
    ['S', 'start-docker.sh'],
  ])('sends no signal to a process in state %s that is called %s', async (state, name) => {
    const { parts, requests } = laboratory(node(state, name));

    expect(await goroutines?.collect({ ...parts, deadline: 2000 })).toContain('no goroutine dump');
    expect(requests).toEqual([]);
  });

  it('reads the file that dockerd writes, and no older one', async () => {
    const { parts } = laboratory(node('S'));
    const names = ['goroutine-stacks-old.log', 'docker.pid'];
    const host: HostView = {
      ...parts.host,
      listDirectory: async () => ({ kind: 'entries', names: [...names] }),
      readFile: async (path, options) =>
        path === '/run/docker/goroutine-stacks-new.log'
          ? { kind: 'text', text: 'goroutine 1\n', truncated: false }
          : parts.host.readFile(path, options),
    };
    const control = {
      async control(): Promise<ControlAnswer> {
        names.push('goroutine-stacks-new.log');
        return { kind: 'done' };
      },
    };

    expect(await goroutines?.collect({ ...parts, host, control, deadline: 2000 })).toBe('goroutine 1\n');
  });

  it('leaves dockerd alone where another unit is restarted', async () => {
    const { parts, requests } = laboratory(node('S'));

    expect(await goroutines?.collect({ ...parts, units: ['kubelet.service'], deadline: 2000 })).toBeUndefined();
    expect(requests).toEqual([]);
  });
});
