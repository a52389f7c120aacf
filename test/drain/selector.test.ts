import { describe, expect, it } from 'vitest';
import { meetsAll, parseSelector, selects } from '../../lib/drain/selector.ts';

const labels = { app: 'web', tier: 'front', 'example.com/size': '12' };

describe('parseSelector', () => {
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web', true],
    ['app = web , tier=front', true],
    ['app!=web', false],
    ['other!=web', true],
    ['app', true],
    ['!app', false],
    ['! other', true],
    ['app in (web, db)', true],
    ['app in (db)', false],
    ['app notin (db,cache),tier', true],
    ['other notin (x)', true],
    ['example.com/size>11', true],
    ['example.com/size<12', false],
    ['app>1', false],
    ['app=', false],
    ['other=', false],
  ])('%j', (text, matches) => {
    expect(meetsAll(labels, parseSelector(text) ?? [{ key: 'never', operator: 'Exists' }])).toBe(matches);
  });

  it.each([
    'app===',
    'app=web=x',
    '=web',
    'app in web',
    'app in (a',
    'a b',
    '-a=b',
    'app=web,',
    `app=${'x'.repeat(64)}`,
    'app in (a b)',
    'x>y',
  ])('is none: %s', (text) => {
    expect(parseSelector(text)).toBeUndefined();
  });
});

describe('selects', () => {
  it('takes everything by an empty selector, and nothing by an inherited name', () => {
    expect(selects({}, {})).toBe(true);
    expect(selects({ matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }, {})).toBe(false);
    expect(
      selects({ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['front'] }] }, labels),
    ).toBe(false);
  });
});
