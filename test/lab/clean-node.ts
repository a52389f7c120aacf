import { afterEach, beforeAll } from 'vitest';
import { openLab } from './lab.ts';
import { putRight } from './put-right.ts';
import { stateOf } from './state-of-node.ts';

const lab = openLab(process.env.NODEMEND_LAB);
const host = lab.host(process.env.NODEMEND_LAB_NODE);

/** Each file of tests begins with the node as `up` leaves it: what the one before left, or broke, is none of its business. */
beforeAll(async () => {
  const left = await putRight(lab, host);
  if (left.length > 0) console.log(`${host.name} was put right: ${left.join('; ')}`);
});

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  const why = task.result.errors?.map(({ message }) => message).join('\n');
  console.log(`${task.name}: failed: ${why}\n${host.name} then:\n${await stateOf(lab, host)}`);
});
