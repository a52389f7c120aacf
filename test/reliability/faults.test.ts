import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faults } from './faults.ts';

it('has one test for each fault of the list, and no other', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  const text = files.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n');
  const tested = [...text.matchAll(/^ {2}fault\('([\w-]+)'/gm)].map(([, id]) => id);

  expect(tested.toSorted()).toEqual(Object.keys(faults).toSorted());
});
