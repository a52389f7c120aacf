import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../lib/config/load.ts';
import { configValues, jsonSchema, renderConfig } from '../../lib/config/print.ts';
import { configSchema } from '../../lib/config/schema.ts';
import { remedies } from '../../lib/remedies/index.ts';
import { fakeNode } from '../fakes/node.ts';

const MAIN = '/etc/nodemend/config.yaml';
const schema = configSchema({ checks: [], remedies, problems: [] });

async function print(files: Readonly<Record<string, string>>, dropIns: readonly string[] = []): Promise<string> {
  const loaded = await loadConfig(fakeNode({ files, directories: { '/etc/nodemend/conf.d': dropIns } }), schema);
  if (loaded.kind === 'invalid') throw new Error('invalid');
  return renderConfig(configValues(schema, loaded));
}

const lineOf = (text: string, word: string) => text.split('\n').find((line) => line.includes(word)) ?? '';

describe('renderConfig', () => {
  it('shows each value with its source', async () => {
    const text = await print(
      {
        [MAIN]: 'mode: observe\ncluster:\n  enabled: false\nreport:\n',
        '/etc/nodemend/conf.d/1.yaml': '\nguards: { fleet: { maxConcurrent: 25% }, windows: [] }\ncluster: { enabled: true }\n',
      },
      ['1.yaml'],
    );

    expect(lineOf(text, 'mode:')).toMatch(/^mode: observe +# \/etc\/nodemend\/config.yaml:1$/);
    expect(lineOf(text, 'conditionAfter')).toMatch(/^ {2}conditionAfter: 2m +# default$/);
    expect(lineOf(text, 'maxConcurrent')).toMatch(/^ {4}maxConcurrent: 25% +# \/etc\/nodemend\/conf.d\/1.yaml:2$/);
    expect(lineOf(text, 'windows')).toMatch(/# \/etc\/nodemend\/conf.d\/1.yaml:2$/);
    expect(text).toMatch(/\ncluster:\n {2}enabled: true +# \/etc\/nodemend\/conf.d\/1.yaml:3\n/);
  });

  it('prints what it would read again as the same configuration', async () => {
    const text = await print({ [MAIN]: 'guards: { windows: [ { cron: "0 2 * * 6", duration: 90m } ] }\nnodeName: "on"\n' });
    const again = schema.parse(parse(text));

    expect(again.guards.windows).toEqual([{ cron: '0 2 * * 6', duration: 5_400_000, timeZone: 'UTC' }]);
    expect(again.nodeName).toBe('on');
    expect(again.guards.breaker).toEqual(schema.parse({}).guards.breaker);
  });
});

describe('jsonSchema', () => {
  it('describes what is written, with defaults and without unknown keys', () => {
    expect(jsonSchema(schema)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
      properties: {
        mode: { enum: ['remedy', 'observe'], default: 'remedy' },
        report: { properties: { conditionAfter: { type: 'string', default: '2m' } } },
      },
    });
  });
});
