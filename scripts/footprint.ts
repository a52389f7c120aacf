import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const dist = join(import.meta.dirname, '../dist');

/** KiB; what is loaded at every start is compiled at every start. */
const BUDGET: Readonly<Record<string, number>> = {
  'cli.cjs': 950,
  'agent.cjs': 850,
  'execa.cjs': 350,
  'systeminformation.cjs': 700,
  'client-node.cjs': 4000,
};

let over = 0;
for (const [name, budget] of Object.entries(BUDGET)) {
  const path = join(dist, name);
  if (!existsSync(path)) continue;
  const size = Math.ceil(statSync(path).size / 1024);
  const verdict = size > budget ? 'TOO LARGE' : 'ok';
  if (size > budget) over += 1;
  console.log(`${name.padEnd(24)} ${String(size).padStart(5)} of ${budget} KiB  ${verdict}`);
}
if (!existsSync(join(dist, 'cli.cjs'))) {
  console.error('dist/cli.cjs is missing; npm run build');
  over += 1;
}
process.exitCode = over === 0 ? 0 : 1;
