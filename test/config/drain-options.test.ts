import { describe, expect, it } from 'vitest';
import { agentSchema } from '../../agent/configuration.ts';
import { formatProblem, loadConfig } from '../../lib/config/load.ts';
import { fakeNode } from '../fakes/node.ts';

const MAIN = '/etc/nodemend/config.yaml';

async function problemsOf(text: string): Promise<readonly string[]> {
  const loaded = await loadConfig(fakeNode({ files: { [MAIN]: text } }), agentSchema());
  return loaded.kind === 'invalid' ? loaded.problems.map(formatProblem) : [];
}

describe('the configuration of drains', () => {
  it.each([
    ['conditions', '["Ready=Unknown,ten"]', 'a condition such as'],
    ['conditions', '["Ready=Unknown,"]', 'a condition such as'],
    ['conditions', '["Ready=Sometimes,5m"]', 'a condition such as'],
    ['nodeSelector', '"draino in (a"', 'a label selector such as'],
    ['nodeSelector', `"metadata['labels']['draino'] in ['a']"`, 'a label selector such as'],
    ['groupLabels', '["a b"]', 'the name of a label'],
    ['protectedPodAnnotations', '["=x"]', 'an annotation as KEY'],
    ['buffer', '10', 'a duration'],
    ['maxCordoned', '0', 'more than none'],
    ['attempts', '0', 'a whole number from 1'],
    ['evictPods', 'true', ''],
  ])('says where %s: %s is wrong', async (name, value, expected) => {
    const [problem = '', ...more] = await problemsOf(`remedies:\n  drain:\n    ${name}: ${value}\n`);

    expect(problem).toContain(`${MAIN}:3:`);
    expect(problem).toContain(expected);
    expect(more).toEqual([]);
  });

  it.each([
    'conditions: ["KernelDeadlock=True,10m", "OutOfDisk", "Ready=Unknown,10m"]',
    'nodeSelector: "draino in (master, node)"',
    'groupLabels: [app, example.com/shard]',
    'maxCordoned: "max(2, 30%)"',
    'protectedPodAnnotations: ["example.com/keep", "example.com/keep=yes, please"]',
  ])('takes %s', async (line) => {
    expect(await problemsOf(`remedies:\n  drain:\n    ${line}\n`)).toEqual([]);
  });
});
