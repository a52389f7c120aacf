import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConditionBoard } from '../../lib/monitors/conditions/board.ts';
import type { LogMonitor } from '../../lib/monitors/config/log-monitor.ts';
import { parseMonitorFile } from '../../lib/monitors/config/monitor-file.ts';
import { problemCounters, problemGauges } from '../../lib/monitors/gauges.ts';
import { type EngineState, LogEngine } from '../../lib/monitors/log-engine.ts';

function monitorOf(text: string, file = 'm.json'): LogMonitor {
  const parsed = parseMonitorFile(file, text);
  return parsed.kind === 'valid' && parsed.monitor.kind === 'log' ? parsed.monitor : expect.fail(JSON.stringify(parsed));
}

const shipped = (name: string) =>
  monitorOf(readFileSync(join(import.meta.dirname, '../fixtures/npd/config', name), 'utf8'), name);

const options = { drainBuffer: 600_000, rechecks: new Set<never>() };

function start(monitors: readonly LogMonitor[], states: readonly EngineState[] = []) {
  const board = new ConditionBoard();
  const engines = monitors.map((monitor, index) => new LogEngine(monitor, board, options, 0, states[index]));
  const push = (message: string, time = 1000) =>
    engines
      .flatMap((engine) => engine.push({ message, time, trusted: true }))
      .map(({ reason, message: said }) => `${reason}: ${said}`);
  return { board, engines, push };
}

const trueOnes = (board: ConditionBoard) =>
  board
    .conditions()
    .flatMap(({ type, status, reason, message }) => (status === 'True' ? [`${type} ${reason} "${message}"`] : []));

describe('node-problem-detector’s kernel and readonly monitors', () => {
  it('say of the three lines of the report what they must', () => {
    const { board, push } = start([shipped('kernel-monitor.json'), shipped('readonly-monitor.json')]);

    expect(push('Remounting filesystem read-only')).toEqual([
      'FilesystemIsReadOnly: Node condition ReadonlyFilesystem is now: True, reason: FilesystemIsReadOnly, message: "Remounting filesystem read-only"',
    ]);
    expect(push('kernel: INFO: task docker:20744 blocked for more than 120 seconds.')).toEqual([
      'TaskHung: kernel: INFO: task docker:20744 blocked for more than 120 seconds.',
      'DockerHung: Node condition KernelDeadlock is now: True, reason: DockerHung, message: "kernel: INFO: task docker:20744 blocked for more than 120 seconds."',
    ]);
    expect(push('kernel: BUG: unable to handle kernel NULL pointer dereference at TESTING')).toEqual([
      'KernelOops: kernel: BUG: unable to handle kernel NULL pointer dereference at TESTING',
    ]);
    expect(trueOnes(board)).toEqual([
      'KernelDeadlock DockerHung "kernel: INFO: task docker:20744 blocked for more than 120 seconds."',
      'ReadonlyFilesystem FilesystemIsReadOnly "Remounting filesystem read-only"',
    ]);
  });

  it('count from zero on, each event, and a condition once', () => {
    const { board, engines, push } = start([shipped('kernel-monitor.json')]);
    const hung = 'INFO: task docker:1 blocked for more than 120 seconds.';
    for (const message of [hung, hung, 'INFO: task x:1 blocked for more than 120 seconds.']) push(message);
    const counters = problemCounters(engines);

    expect(counters.get('TaskHung')).toBe(3);
    expect(counters.get('DockerHung')).toBe(1);
    expect(counters.get('OOMKilling')).toBe(0);
    expect(problemGauges([shipped('kernel-monitor.json')], board.conditions())).toEqual([
      { type: 'XfsShutdown', reason: 'XfsHasShutdown', value: 0 },
      { type: 'CperHardwareErrorFatal', reason: 'CperHardwareErrorFatal', value: 0 },
      { type: 'KernelDeadlock', reason: 'DockerHung', value: 1 },
    ]);
  });

  it('need no line without a needle', () => {
    const { engines } = start([shipped('kernel-monitor.json')]);

    expect(engines[0]?.needsEveryLine).toBe(false);
    expect(engines[0]?.mayMatch('veth0: renamed from eth0')).toBe(false);
  });
});

const rules = (...list: readonly unknown[]) =>
  monitorOf(
    JSON.stringify({
      plugin: 'kmsg',
      source: 's',
      conditions: [
        { type: 'A', reason: 'AFine', message: 'a is fine' },
        { type: 'B', reason: 'BFine', message: '' },
      ],
      rules: list,
    }),
  );

describe('a rule', () => {
  it('adds its suffix to the message', () => {
    const { push } = start([
      rules({ type: 'temporary', reason: 'R', pattern: 'bad', patternGeneratedMessageSuffix: 'see docs' }),
    ]);

    expect(push('bad')).toEqual(['R: bad; see docs']);
  });

  it('ends its condition by its revert pattern, for what the line names', () => {
    const { board, push } = start([
      rules({
        type: 'permanent',
        condition: 'A',
        reason: 'Down',
        pattern: '(?P<subject>\\w+) is down',
        revertPattern: '(?P<subject>\\w+) is up',
      }),
    ]);
    push('eth0 is down');
    push('eth1 is down');

    expect(push('eth0 is up')).toEqual([]);
    expect(trueOnes(board)).toEqual(['A Down "eth1 is down"']);
    expect(push('eth1 is up')).toEqual(['AFine: Node condition A is now: False, reason: AFine, message: "a is fine"']);
  });

  it('does not take a message for a format', () => {
    const { push } = start([rules({ type: 'temporary', reason: 'R', pattern: 'disk.*' })]);

    expect(push('disk 100% full, %s %d')).toEqual(['R: disk 100% full, %s %d']);
  });

  it('that nobody declared a condition for reports nothing', () => {
    const { board, push, engines } = start([rules({ type: 'permanent', condition: 'C', reason: 'R', pattern: 'bad' })]);

    expect(push('bad')).toEqual([]);
    expect(trueOnes(board)).toEqual([]);
    expect(engines[0]?.counters.get('R')).toBe(0);
  });
});

describe('two monitors that know the same line', () => {
  it('make the same of it once, and what is another thing twice', () => {
    const event = { type: 'temporary', reason: 'R', pattern: 'bad' };
    const { engines, board } = start([rules(event), rules(event, { ...event, type: 'permanent', condition: 'A' })]);
    const told = new Set<string>();
    const said = engines.map((engine) =>
      engine.push({ message: 'bad', time: 1, trusted: true }, told).map(({ reason }) => reason),
    );

    expect(said).toEqual([['R'], ['R']]);
    expect(engines.map(({ counters }) => counters.get('R'))).toEqual([1, 1]);
    expect(trueOnes(board)).toEqual(['A R "bad"']);
  });
});

describe('a restart', () => {
  it('goes on with the counters and the lines of before', () => {
    const monitor = rules(
      { type: 'temporary', reason: 'Pair', pattern: 'begin\\nend' },
      { type: 'permanent', condition: 'A', reason: 'Bad', pattern: 'bad' },
    );
    const before = start([monitor]);
    before.push('bad');
    before.push('begin');
    const after = start([monitor], [JSON.parse(JSON.stringify(before.engines[0]?.state))]);
    after.board.restore(JSON.parse(JSON.stringify(before.board.claims())));

    expect(after.push('end')).toEqual(['Pair: begin\nend']);
    expect(after.push('bad')).toEqual([]);
    expect(trueOnes(after.board)).toEqual(['A Bad "bad"']);
    expect(Object.fromEntries(after.engines[0]?.counters ?? [])).toEqual({ Pair: 1, Bad: 1 });
  });
});
