import { describe, expect, it } from 'vitest';
import { renderStatus, type Standing } from '../../../agent/output/status.ts';
import type { Snapshot } from '../../../lib/model/snapshot.ts';
import { checkState, problemState, START, snapshot } from '../../fakes/tidings.ts';

const NOW = START + 90_000;
const render = (state: Partial<Snapshot> = {}, standing: Standing = { running: true, age: 3000 }) =>
  renderStatus(snapshot(state), standing, { columns: 100, color: false, now: NOW });

describe('renderStatus', () => {
  it('says who speaks, since when, and when each check last ran', () => {
    const text = render({
      checks: [checkState({ name: 'late', status: 'unknown', lastRun: null, summary: 'has not run yet' }), checkState()],
    });

    expect(text).toBe(`Healthy  node-a  nodemend 0.0.0
  agent        process 42, started 1m30s ago, 17.2 MiB of its own memory, 1.5s of CPU
  said         3s ago
  mode         remedy

Checks, and when each last ran
  unknown  late                   never  has not run yet
  pass     container-runtime  1m30s ago  docker answered in 3 ms
`);
  });

  it('says what holds a remedy, what comes next, and what was given up', () => {
    const next = { remedy: 'restart-runtime', disruption: 'local', blockedBy: ['pressure'] } as const;
    const held = problemState({ next, holds: [{ id: 'pressure', why: 'starved, not hung' }] });
    const text = render({
      health: 'Critical',
      paused: { reason: 'night', until: '2026-01-01T06:00:00Z' },
      problems: [
        held,
        problemState({ subject: 'b', exhausted: true }),
        problemState({ subject: 'c', cause: 'ReadonlyFilesystem' }),
      ],
      lastRemedy: { remedy: 'restart-runtime', problem: 'X/Y', at: '2026-01-01T00:01:00Z', outcome: 'failed', message: 'late' },
    });

    expect(text).toContain('paused       night until 2026-01-01T06:00:00Z; nodemend resume');
    expect(text).toContain('CRITICAL  ContainerRuntimeUnhealthy/DockerHung  docker.service  (active, since 1m30s)');
    expect(text).toContain('next         restart-runtime (disruption: local)\n  held by      pressure: starved, not hung');
    expect(text).toContain('given up     every remedy was tried');
    expect(text).toContain('because of   ReadonlyFilesystem');
    expect(text).toContain('last remedy  restart-runtime for X/Y: failed, 30s ago; late');
  });

  it.each([
    [
      { state: 'rejected', at: '2026-01-01T00:01:00Z', why: 'a.yaml:1:7: mode', restartFor: [] },
      /config {7}rejected 30s ago, .*a\.yaml:1:7/,
    ],
    [{ state: 'applied', at: '2026-01-01T00:01:00Z', restartFor: ['nodeName'] }, /nodeName changed: .* restart/],
  ] as const)('says what became of the configuration: %j', (configuration, words) => {
    expect(render({ configuration })).toMatch(words);
  });

  it('says nothing of a configuration that simply holds', () => {
    expect(render({ configuration: { state: 'applied', at: '', restartFor: [] } })).not.toContain('config');
  });

  it('says how to take back a pause of the Node', () => {
    expect(render({ paused: { reason: 'annotation nodemend.io/pause' } })).toContain(
      'kubectl annotate node node-a nodemend.io/pause-',
    );
  });

  it('does not take a dead agent at its word', () => {
    const text = render({}, { running: false, age: 60_000, why: 'the process that wrote this is gone' });

    expect(text).toMatch(/^Unknown \(it last said Healthy\)/);
    expect(text).toContain('not running');
  });

  it('lets nothing through to the terminal', () => {
    const evil = '\x1b[2J\u202e';
    const text = render({
      node: evil,
      problems: [problemState({ subject: evil, message: evil, reason: evil })],
      checks: [checkState({ summary: evil })],
    });

    for (const character of ['\x1b', '\u202e']) expect(text).not.toContain(character);
  });
});
