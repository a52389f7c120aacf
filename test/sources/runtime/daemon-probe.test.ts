import { describe, expect, it } from 'vitest';
import type { CriAnswer, HostView, HttpAnswer } from '../../../lib/host/host.ts';
import { recordedHost } from '../../../lib/host/recorded.ts';
import { type RecordedAnswer, recordingHost } from '../../../lib/host/recording.ts';
import { probe, toReply } from '../../../lib/sources/runtime/daemon-probe.ts';
import { fakeNode, text } from '../../fakes/node.ts';

const TIMED_OUT = { kind: 'timed-out', after: 8000, connected: true } as const;
const stat = (ticks: number, start = 9) => `812 (dockerd) S 1 1 1 0 -1 0 0 0 0 0 ${ticks} 0 0 0 20 0 1 0 ${start} 1 2`;

/** A process whose counters move on with every look. */
function watched(looks: readonly string[], files: Readonly<Record<string, string>> = {}): HostView {
  const queue = [...looks];
  const node = fakeNode({ directories: { '/proc/812/task': ['812'] }, files });
  return {
    ...node,
    readFile: async (path, options) => {
      if (path !== '/proc/812/stat') return await node.readFile(path, options);
      const next = queue.shift();
      return next === undefined ? { kind: 'missing' } : { kind: 'text', text: next, truncated: false };
    },
  };
}

const pid = async () => 812;

describe('probe', () => {
  it('looks at nothing when the answer comes', async () => {
    const looked: number[] = [];
    const question = { ask: async () => text('OK'), pid: async () => looked.push(1) };

    expect(await probe(fakeNode({}), question)).toEqual({ answer: text('OK') });
    expect(looked).toEqual([]);
  });

  it('watches the daemon while it owes an answer', async () => {
    const { answer, progress } = await probe(watched([stat(100), stat(131)]), { ask: async () => TIMED_OUT, pid });

    expect(answer).toEqual(TIMED_OUT);
    expect(progress).toMatchObject({ pid: 812, window: 7500, cpu: 310 });
  });

  it('tells where stuck threads wait in the kernel', async () => {
    const host = watched([stat(0), stat(0)], {
      '/proc/812/task/812/stat': '812 (dockerd) D 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9 1 2',
      '/proc/812/task/812/wchan': 'wb_wait_for_completion',
    });

    const { progress } = await probe(host, { ask: async () => TIMED_OUT, pid });

    expect(progress?.stuck).toEqual([{ thread: 812, state: 'D', wchan: 'wb_wait_for_completion' }]);
  });

  it.each([
    ['has no known process', watched([]), async () => undefined],
    ['ended meanwhile', watched([stat(0)]), pid],
    ['was restarted meanwhile and its PID given away', watched([stat(0, 9), stat(0, 700)]), pid],
  ])('proves nothing of a daemon that %s', async (_, host, process) => {
    expect(await probe(host, { ask: async () => TIMED_OUT, pid: process })).toEqual({ answer: TIMED_OUT });
  });

  it('waits the window out when the backlog is full, and asks again', async () => {
    const answers: HttpAnswer[] = [{ kind: 'backlog-full' }, text('OK')];

    const { answer } = await probe(watched([stat(0), stat(0)]), { ask: async () => answers.shift() ?? TIMED_OUT, pid });

    expect(answer).toEqual(text('OK'));
  });

  it('keeps watching a daemon whose backlog stays full', async () => {
    const { answer, progress } = await probe(watched([stat(5), stat(6)]), {
      ask: async () => ({ kind: 'backlog-full' }) as const,
      pid,
    });

    expect(answer.kind).toBe('backlog-full');
    expect(progress?.cpu).toBe(10);
  });
});

describe('a replayed probe', () => {
  it.each<[string, HttpAnswer]>([
    ['a timeout', TIMED_OUT],
    ['a full backlog', { kind: 'backlog-full' }],
  ])('gives the progress that was recorded with %s', async (_, answer) => {
    const recorded: RecordedAnswer[] = [];
    const live = recordingHost({ ...watched([stat(100), stat(131)]), httpGet: async () => answer }, (one) => recorded.push(one));
    const on = (host: HostView) => ({ ask: () => host.httpGet({ url: 'http://localhost/_ping', deadline: 8000 }), pid });

    const first = await probe(live, on(live));
    const replay = recordedHost(recorded, 0);

    expect(first.progress?.cpu).toBe(310);
    expect(await probe(replay, on(replay))).toEqual(first);
    expect(replay.missing).toEqual([]);
  });
});

describe('toReply', () => {
  it.each<[string, HttpAnswer | CriAnswer, object]>([
    ['an answer', text('OK'), { kind: 'answered', took: 3 }],
    ['not found, which a living server says', text('no', 404), { kind: 'answered', took: 3 }],
    ['a server error', text('broken\n', 503), { kind: 'refusing', what: 'HTTP 503 broken' }],
    ['a timeout', TIMED_OUT, { kind: 'silent', backlogFull: false, after: 8000 }],
    ['a server that gave up at our deadline', { kind: 'grpc-error', code: 4, message: 'x' }, { kind: 'silent' }],
    ['a full backlog', { kind: 'backlog-full' }, { kind: 'silent', backlogFull: true }],
    ['no socket', { kind: 'missing' }, { kind: 'down', how: 'missing' }],
    ['nobody listening', { kind: 'refused' }, { kind: 'down', how: 'refused' }],
    ['no permission', { kind: 'denied' }, { kind: 'denied' }],
    ['a broken connection', { kind: 'failed', code: 'ECONNRESET' }, { kind: 'failed', what: 'ECONNRESET' }],
    ['an error of gRPC', { kind: 'grpc-error', code: 14, message: 'not yet' }, { kind: 'refusing', what: 'grpc 14 not yet' }],
  ])('reads %s', (_, answer, reply) => {
    expect(toReply(answer)).toMatchObject(reply);
  });
});
