import { describe, expect, it } from 'vitest';
import { seconds } from '../../lib/model/units.ts';
import { fileReporter } from '../../lib/reporters/file.ts';
import { tidings } from '../fakes/tidings.ts';

function reporterOf(answer: () => string | undefined = () => undefined) {
  const written: string[] = [];
  const failures: string[] = [];
  const reporter = fileReporter({
    id: 'status-file',
    text: ({ time, health }) => `${time} ${health}`,
    essence: ({ health }) => health,
    every: seconds(15),
    async write(text) {
      written.push(text);
      return answer();
    },
    onFailure: (why) => failures.push(why),
  });
  const at = async (after: number, health: 'Healthy' | 'Critical' = 'Healthy') => {
    await reporter.report(tidings(after, { health }));
    await reporter.settled();
  };
  return { at, written, failures, reporter };
}

describe('fileReporter', () => {
  it('writes at once what changed, and else every 15 s', async () => {
    const { at, written } = reporterOf();
    for (const after of [0, 5, 10]) await at(after);
    await at(11, 'Critical');
    for (const after of [15, 20, 25, 30]) await at(after, 'Critical');

    expect(written.map((text) => text.slice(17))).toEqual(['00.000Z Healthy', '11.000Z Critical', '30.000Z Critical']);
  });

  it('says once why it cannot write, and tries again later', async () => {
    const { at, written, failures } = reporterOf(() => 'EROFS');
    for (const after of [0, 5, 15, 30]) await at(after);

    expect(failures).toEqual(['EROFS']);
    expect(written).toHaveLength(3);
  });

  it('survives a write that throws', async () => {
    const { at, failures } = reporterOf(() => {
      throw new Error('no disk');
    });
    await at(0);

    expect(failures).toEqual(['Error: no disk']);
  });
});
