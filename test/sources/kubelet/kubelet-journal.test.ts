import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../lib/host/host.ts';
import { type JournalEntry, parseJournal } from '../../../lib/sources/host/journal-entries.ts';
import { kubeletJournal, toKubeletJournal } from '../../../lib/sources/kubelet/kubelet-journal.ts';
import { type KubeletProcess, kubeletProcess } from '../../../lib/sources/kubelet/kubelet-process.ts';
import { parsePlegComplaint } from '../../../lib/sources/kubelet/pleg-complaint.ts';
import { fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const STARTED = NOW - 600_000;
const SUBJECT = { unit: 'kubelet.service', pid: 812, startedAt: STARTED };
const COMPLAINT =
  'E0101 01:00:00.000000     812 kubelet.go:1826] skipping pod synchronization - [PLEG is not healthy: pleg was last seen active 3m5.5s ago; threshold is 3m0s]';

const entry = (at: number, pid: number, message: string): JournalEntry => ({ at, pid, message });

describe('parsePlegComplaint', () => {
  it.each<[string, object | undefined]>([
    [COMPLAINT, { age: 185_500 }],
    [
      'E0118 "Skipping pod synchronization" err="PLEG is not healthy: pleg was last seen active 10m0.2s ago; threshold is 10m0s"',
      { age: 600_200 },
    ],
    ['[container runtime status check may not have completed yet, PLEG is not healthy: pleg has yet to be successful]', {}],
    // Kubelets before 1.15 count from Go's zero time.
    ['PLEG is not healthy: pleg was last seen active 2562047h47m16.854775807s ago; threshold is 3m0s', {}],
    ['PLEG is not healthy', {}],
    ['pleg was last seen active 3m ago', undefined],
    ['', undefined],
  ])('reads %j', (line, expected) => {
    expect(parsePlegComplaint(line)).toEqual(expected);
  });
});

describe('parseJournal', () => {
  it('reads text, bytes, repeated fields and nothing', () => {
    const lines = [
      '{"__REALTIME_TIMESTAMP":"1795257861135910","_PID":"246","MESSAGE":"hello"}',
      '{"__REALTIME_TIMESTAMP":"1795257861135911","_PID":"246","MESSAGE":[104,105,27]}',
      '{"__REALTIME_TIMESTAMP":"1795257861135912","MESSAGE":["one","two"]}',
      '{"__REALTIME_TIMESTAMP":"1795257861135913","_PID":"x","MESSAGE":null}',
    ];

    expect(parseJournal(lines.join('\n')).map(({ pid, message }) => [pid, message])).toEqual([
      [246, 'hello'],
      [246, 'hi\x1b'],
      [undefined, 'one'],
      [undefined, ''],
    ]);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"MESSAGE":"without a time"}',
    '-- No entries --',
    '{"a":'.repeat(50),
  ])('leaves out %j', (text) => {
    expect(parseJournal(text)).toEqual([]);
  });
});

describe('toKubeletJournal', () => {
  it('believes only the present process', () => {
    const journal = toKubeletJournal(
      [entry(STARTED - 60_000, 812, COMPLAINT), entry(NOW - 5000, 700, COMPLAINT), entry(NOW - 4000, 812, 'I0101 all is well')],
      SUBJECT,
      NOW,
    );

    expect(journal).toEqual({ kind: 'read', unit: 'kubelet.service', heard: 1, failures: [], from: STARTED - 60_000 });
  });

  it('keeps the last complaint', () => {
    const entries = [entry(NOW - 9000, 812, COMPLAINT.replace('3m5.5s', '3m1s')), entry(NOW - 4000, 812, COMPLAINT)];

    expect(toKubeletJournal(entries, SUBJECT, NOW).pleg).toEqual({ at: NOW - 4000, line: COMPLAINT, age: 185_500 });
  });

  it.each([
    ['kubelet.service: Main process exited, code=exited, status=255/EXCEPTION', 1],
    ['kubelet.service: main process exited, code=exited, status=255/n/a', 1],
    ['kubelet.service: Main process exited, code=dumped, status=11/SEGV', 1],
    ['kubelet.service: A process of this unit has been killed by the OOM killer.', 1],
    ['kubelet.service: Main process exited, code=killed, status=9/KILL', 0],
    ['kubelet.service: Succeeded.', 0],
  ])('counts %j as %d failures', (message, count) => {
    expect(toKubeletJournal([entry(NOW - 1000, 1, message)], SUBJECT, NOW).failures).toHaveLength(count);
    // What a pod or the kubelet itself writes is not systemd's word, and what is old is no loop.
    expect(toKubeletJournal([entry(NOW - 1000, 700, message)], SUBJECT, NOW).failures).toHaveLength(0);
    expect(toKubeletJournal([entry(NOW - 700_000, 1, message)], SUBJECT, NOW).failures).toHaveLength(0);
  });

  it.each([
    'F1121 10:53:14.075233    2298 server.go:156] unknown flag: --lab-no-such-flag',
    'F0101 10:53:14.075233    2298 server.go:269] failed to run Kubelet: misconfiguration: kubelet cgroup driver: "systemd" is different from docker cgroup driver: "cgroupfs"',
    'E0101 10:53:14.075233    2298 run.go:74] "command failed" err="failed to load kubelet config file, path: /var/lib/kubelet/config.yaml"',
    'Error: failed to parse kubelet flag: unknown flag: --network-plugin',
    'panic: runtime error: invalid memory address or nil pointer dereference',
    'kubelet.service: Failed at step EXEC spawning /usr/bin/kubelet: No such file or directory',
  ])('finds the last words %j before the goroutine dump', (line) => {
    const dump = ['goroutine 1 [running]:', 'k8s.io/klog/v2.stacks(0xc000010001)', '\t/build/klog.go:1026 +0xb9'];
    const entries = [entry(NOW - 3000, 700, line), ...dump.map((text) => entry(NOW - 3000, 700, text))];

    expect(toKubeletJournal(entries, SUBJECT, NOW).fatal).toEqual({ at: NOW - 3000, line });
  });
});

describe('kubelet-journal', () => {
  const RUNNING: KubeletProcess = {
    kind: 'running',
    pid: 812,
    argv: [],
    startedAt: STARTED,
    startTicks: 1,
    unit: 'kubelet.service',
    layout: 'systemd',
    ownsPort: true,
    state: 'S',
  };
  const PLAIN = 'journalctl --no-pager --quiet -u kubelet.service -n 1000 -o json';
  const LINE = `{"__REALTIME_TIMESTAMP":"${NOW * 1000}","_PID":"812","MESSAGE":"hello"}\n`;
  const read = (commands: Record<string, RunResult | string>, kubelet: KubeletProcess = RUNNING) =>
    readFact(fakeNode({ now: NOW, commands }), kubeletJournal, [[kubeletProcess, kubelet]]);

  it('asks a journalctl before 236 without --output-fields', async () => {
    const refused: RunResult = {
      kind: 'exited',
      code: 1,
      stdout: '',
      stderr: "journalctl: unrecognized option '--output-fields=MESSAGE,_PID'\n",
      truncated: false,
    };

    expect(await read({ [`${PLAIN} --output-fields=MESSAGE,_PID`]: refused, [PLAIN]: LINE })).toMatchObject({
      kind: 'read',
      heard: 1,
    });
  });

  it.each<[string, RunResult, string]>([
    ['none', { kind: 'not-found', file: 'journalctl' }, 'no journalctl on this host'],
    ['a hung one', { kind: 'timed-out', after: 2500, stdout: '', stderr: '' }, 'journalctl gave no answer within 2.5s'],
    [
      'a refusing one',
      { kind: 'exited', code: 1, stdout: '', stderr: 'No journal files were opened\n', truncated: false },
      'journalctl: No journal files were opened',
    ],
    [
      'a cut answer',
      { kind: 'exited', code: 0, stdout: LINE, stderr: '', truncated: true },
      'the last 1000 lines of the journal are longer than 4 MiB',
    ],
  ])('never takes %s for silence', async (_, result, why) => {
    expect(await read({ [`${PLAIN} --output-fields=MESSAGE,_PID`]: result })).toEqual({ kind: 'unavailable', why });
  });

  it('does not look for the log of a container in the journal', async () => {
    expect(await read({}, { ...RUNNING, layout: 'container' })).toEqual({
      kind: 'unavailable',
      why: 'the kubelet runs in a container and logs there',
    });
  });
});
