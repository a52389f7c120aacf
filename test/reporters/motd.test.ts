import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { motdLine, motdReporter } from '../../lib/reporters/motd.ts';
import { problemState, snapshot, tidings } from '../fakes/tidings.ts';

const critical = { health: 'Critical', problems: [problemState()] } as const satisfies Partial<Snapshot>;

describe('motdLine', () => {
  it.each([
    ['a healthy node', {}, undefined],
    ['one that only looks on', { mode: 'observe' }, undefined],
    ['a notice', { problems: [problemState({ severity: 'notice' })] }, undefined],
    ['nothing known yet', { health: 'Unknown' }, undefined],
    ['a problem', critical, 'nodemend: Critical: ContainerRuntimeUnhealthy/DockerHung (docker.service); see: nodemend status\n'],
    [
      'several, one of them suspected',
      { health: 'Critical', problems: [problemState(), problemState({ type: 'B' }), problemState({ state: 'suspected' })] },
      'nodemend: Critical: ContainerRuntimeUnhealthy/DockerHung (docker.service); 1 more; see: nodemend status\n',
    ],
    [
      'one that was given up',
      { health: 'Critical', problems: [problemState({ exhausted: true })] },
      'nodemend: Critical: ContainerRuntimeUnhealthy/DockerHung (docker.service); given up: ContainerRuntimeUnhealthy; see: nodemend status\n',
    ],
    [
      'a pause',
      { paused: { reason: 'kernel upgrade', until: '2026-01-02T15:04:05Z' } },
      'nodemend: Healthy; remedies paused until 2026-01-02T15:04:05Z: kernel upgrade; see: nodemend status\n',
    ],
    ['a pause without a word', { paused: { reason: '' } }, 'nodemend: Healthy; remedies paused; see: nodemend status\n'],
  ] satisfies [string, Partial<Snapshot>, string | undefined][])('%s', (_name, changes, line) => {
    expect(motdLine(snapshot(changes))).toBe(line);
  });

  it('is one short line whatever others wrote', () => {
    const hostile = `\x1b]0;owned\x07\r\n\x1b[2J${'x'.repeat(5000)}`;
    const line = motdLine(
      snapshot({ health: 'Critical', problems: [problemState({ subject: hostile })], paused: { reason: hostile } }),
    );

    expect(line).toMatch(/^[\x20-\x7e…]+\n$/);
    expect(Buffer.byteLength(line ?? '')).toBeLessThan(500);
  });
});

describe('motdReporter', () => {
  function reporterOf(answer: () => string | undefined = () => undefined) {
    const shown: (string | undefined)[] = [];
    const failures: string[] = [];
    const reporter = motdReporter({
      line: ({ health }) => (health === 'Healthy' ? undefined : health),
      async show(line) {
        shown.push(line);
        return answer();
      },
      onFailure: (why) => failures.push(why),
    });
    const tell = async (health: 'Healthy' | 'Degraded' | 'Critical') => {
      await reporter.report(tidings(0, { health }));
      await reporter.settled();
    };
    return { shown, failures, reporter, tell };
  }

  it('takes away what a former life left, and then touches nothing while the node is healthy', async () => {
    const { shown, tell } = reporterOf();
    for (let turn = 0; turn < 5; turn += 1) await tell('Healthy');

    expect(shown).toEqual([undefined]);
  });

  it('shows a line when it changes, and takes it away when all is well', async () => {
    const { shown, tell } = reporterOf();
    for (const health of ['Degraded', 'Degraded', 'Critical', 'Healthy', 'Healthy'] as const) await tell(health);

    expect(shown).toEqual(['Degraded', 'Critical', undefined]);
  });

  it('leaves nothing behind when the agent ends', async () => {
    const { shown, tell, reporter } = reporterOf();
    await tell('Critical');
    await reporter.close?.(new AbortController().signal);

    expect(shown).toEqual(['Critical', undefined]);
  });

  it('says once why it cannot, and tries again', async () => {
    const { shown, failures, tell } = reporterOf(() => 'EROFS');
    for (let turn = 0; turn < 3; turn += 1) await tell('Critical');

    expect(shown).toHaveLength(3);
    expect(failures).toEqual(['EROFS']);
  });
});
