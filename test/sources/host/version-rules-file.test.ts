import { describe, expect, it } from 'vitest';
import { gatherer } from '../../../agent/gather.ts';
import { parseVersionRules, RULES_FILE, versionRulesFile } from '../../../lib/sources/host/version-rules-file.ts';
import { fakeNode } from '../../fakes/node.ts';

describe('parseVersionRules', () => {
  it('reads numbers where YAML sees them', () => {
    expect(parseVersionRules('- {component: kernel, release: 22.04, from: 5.15, effect: x}').rules[0]).toMatchObject({
      id: 'kernel-1',
      release: '22.04',
      from: '5.15',
    });
  });

  it.each([
    ['', []],
    ['a: [', [expect.stringContaining('Flow sequence')]],
    ['a: 1', ['not a list of rules']],
    ['- 3', ['rule 1 is not a map']],
    ['- {component: kernel, effect: x}', ['rule 1: needs from or below']],
    ['- {component: kernel, below: "5"}', ['rule 1: needs effect']],
    ['- {component: kernel, below: "5", effect: x, distributions: rhel}', ['rule 1: distributions must be a list of names']],
  ])('says what is wrong with %j', (text, problems) => {
    expect(parseVersionRules(text)).toEqual({ rules: [], problems });
  });

  it('keeps the good rules beside a bad one', () => {
    const { rules, problems } = parseVersionRules('- 3\n- {id: mine, component: runc, below: "1.1.12", effect: x}\n');

    expect([rules.map(({ id }) => id), problems.length]).toEqual([['mine'], 1]);
  });
});

describe('versionRulesFile', () => {
  it('needs no file, and names one it cannot read', async () => {
    const denied = fakeNode({ files: { [RULES_FILE]: { kind: 'denied' } } });

    expect(await gatherer(fakeNode({})).fact(versionRulesFile)).toEqual({ rules: [], problems: [] });
    expect(await gatherer(denied).fact(versionRulesFile)).toEqual({ rules: [], problems: ['permission denied'] });
  });
});
