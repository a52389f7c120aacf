import { describe, expect, it } from 'vitest';
import { renderStatus, type Standing } from '../../../../agent/output/status.ts';
import { chinese } from '../../../../agent/output/zh/words.ts';
import type { Snapshot } from '../../../../lib/model/snapshot.ts';
import { checkState, problemState, START, snapshot } from '../../../fakes/tidings.ts';

const render = (state: Partial<Snapshot>, standing: Standing = { running: true, age: 3000 }) =>
  renderStatus(snapshot(state), standing, { columns: 100, color: false, words: chinese, now: START + 90_000 });

describe('nodemend status in Chinese', () => {
  it('says who speaks, what is wrong, what holds it, and when each check ran, in columns', () => {
    const next = { remedy: 'restart-runtime', disruption: 'local', blockedBy: ['paused'] } as const;
    const text = render({
      health: 'Critical',
      paused: { reason: '', until: '2026-01-01T06:00:00Z' },
      problems: [problemState({ next, holds: [{ id: 'paused', why: 'paused' }] })],
      lastRemedy: { remedy: 'restart-runtime', problem: 'X/Y', at: '2026-01-01T00:01:00Z', outcome: 'failed', message: 'late' },
      checks: [
        checkState({ name: 'late', status: 'unknown', lastRun: null, summary: 'has not run yet' }),
        checkState({ summary: 'something new' }),
      ],
    });

    expect(text).toBe(`严重（Critical）  node-a  nodemend 0.0.0
  agent        进程 42，启动于 1m30s 前，自有内存 17.2 MiB，用了 1.5s 的 CPU
  最近一次     3s 前
  模式         remedy
  已暂停       由人暂停，到 2026-01-01T06:00:00Z 为止；nodemend resume

严重  ContainerRuntimeUnhealthy/DockerHung  docker.service  (已确认，已持续 1m30s)
  ${chinese.doctor.message(problemState())}
  下一步       restart-runtime（影响：local，仅本机守护进程）
  受阻于       paused: 已暂停

  上次补救     restart-runtime，针对 X/Y：失败（failed），30s 前；late

检查项，及各自最近一次运行
  未知  late                   从未  还没有运行过
  正常  container-runtime  1m30s 前  something new
`);
  });

  it.each([
    ['the process that wrote this is gone; systemctl status nodemend', '写下这些的进程已不在'],
    ['what it said is 2m0s old: the agent hangs, or the clock was set', '它说的已是 2m0s 以前的'],
    ['/run/nodemend/status.json is not there: the agent is not running, or has just been started', 'agent 没有运行'],
  ])('says why it is not taken at its word: %s', (why, said) => {
    const text = render({}, { running: false, age: 60_000, why });

    expect(text).toMatch(/^未知（Unknown；它最后说的是：Healthy）/);
    expect(text).toContain(said);
  });

  it('says what became of the configuration', () => {
    const at = '2026-01-01T00:01:00Z';

    expect(render({ configuration: { state: 'rejected', at, why: 'a.yaml:1:7: mode', restartFor: [] } })).toContain(
      '配置         30s 前被拒绝，此前的配置仍然有效：a.yaml:1:7: mode',
    );
    expect(render({ configuration: { state: 'applied', at, restartFor: ['nodeName'] } })).toContain('nodeName 已改');
  });
});
