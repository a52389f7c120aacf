import { expect, it } from 'vitest';

it('runs on the Node.js that is shipped', () => {
  expect(process.versions.node.split('.')[0]).toBe('24');
});
