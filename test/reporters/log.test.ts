import { describe, expect, it } from 'vitest';
import type { Tidings } from '../../lib/model/snapshot.ts';
import { type Fields, logReporter } from '../../lib/reporters/log.ts';
import { problemState, step, tidings, transition } from '../fakes/tidings.ts';

async function linesOf(...told: readonly Tidings[]) {
  const lines: { readonly level: string; readonly message: string; readonly fields: Fields }[] = [];
  const at = (level: string) => (fields: Fields, message: string) => lines.push({ level, message, fields });
  const reporter = logReporter({ info: at('info'), warn: at('warn'), error: at('error') });
  for (const one of told) await reporter.report(one);
  return lines;
}

const words = (lines: Awaited<ReturnType<typeof linesOf>>) => lines.map(({ level, message }) => `${level} ${message}`);
const held = (...blockedBy: string[]) => ({
  problems: [problemState({ next: { remedy: 'restart-runtime', disruption: 'local', blockedBy } })],
});

describe('log', () => {
  it('has every change of a problem and every step of a remedy', async () => {
    const lines = await linesOf(
      tidings(0, {}, { transitions: [transition('suspected'), transition('active')], steps: [step('started'), step('failed')] }),
    );

    expect(words(lines)).toEqual([
      'info problem suspected',
      'warn problem active',
      'info remedy started',
      'warn remedy failed',
      'info health changed',
      'info mode changed',
    ]);
    expect(lines[1]?.fields).toMatchObject({ type: 'ContainerRuntimeUnhealthy', subject: 'docker.service', to: 'active' });
  });

  it('has a decision once, until it changes', async () => {
    const lines = await linesOf(
      ...[held(), held(), held('paused'), held('paused', 'pressure'), held('paused', 'pressure'), {}].map((state) =>
        tidings(0, state),
      ),
    );

    expect(words(lines).filter((line) => line === 'info decision')).toHaveLength(3);
  });

  it('says nothing while nothing changes', async () => {
    expect(words(await linesOf(tidings(0), tidings(5), tidings(10)))).toEqual(['info health changed', 'info mode changed']);
  });

  it('tells that somebody paused and resumed', async () => {
    const lines = await linesOf(tidings(0), tidings(1, { paused: { reason: 'night' } }), tidings(2));

    expect(words(lines).slice(2)).toEqual(['info paused', 'info resumed']);
  });
});
