/**
 * The Ansible role against the hosts of a lab, over SSH as an ordinary user who may become root: from bare host to green, again, wrong and
 * right configuration, thresholds of a group, upgrades good and bad, and off again. `--lab` has three nodes; `--release` is what
 * `npm run package -- --only tarball` has left.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLab } from '../test/lab/lab.ts';
import { printTable } from '../test/lab/table.ts';
import { openControl } from './ansible/control.ts';
import { installing } from './ansible/installing.ts';
import { operating } from './ansible/operating.ts';
import { makeReleases } from './ansible/releases.ts';
import { upgrading } from './ansible/upgrading.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string' },
    release: { type: 'string', default: join(import.meta.dirname, '../release') },
    /** Ends at the first step that is not as it should be, and leaves everything as it is. */
    stop: { type: 'boolean', default: false },
    /** Steps that are left out: a part of their names, as a regular expression. */
    skip: { type: 'string', default: '^$' },
  },
});

const lab = openLab(values.lab);
if (lab.hosts.length < 3)
  throw new Error(`lab ${lab.name} has ${lab.hosts.length} hosts; type: npm run lab -- up --name ${lab.name} --nodes 3`);
const releases = await makeReleases(values.release);
const control = await openControl(lab);
const rows: string[][] = [];
let bad = 0;
try {
  for (const step of [...installing, ...operating, ...upgrading]) {
    if (new RegExp(values.skip).test(step.name)) continue;
    const began = performance.now();
    const { seen, play } = await step.run({ lab, control, releases }).catch((error: unknown) => {
      bad++;
      return { seen: `NOT AS IT SHOULD BE: ${error instanceof Error ? error.message : String(error)}`, play: undefined };
    });
    const seconds = play?.seconds ?? (performance.now() - began) / 1000;
    console.error(`${step.name}: ${seconds.toFixed(1)} s; ${seen}`);
    rows.push([step.name, `${seconds.toFixed(1)} s`, seen.replace(/\s+/g, ' ').slice(0, 400)]);
    if (bad > 0 && values.stop) break;
  }
} finally {
  control.close();
  releases.close();
}
console.log(
  `the Ansible role on ${lab.hosts.length} hosts of ${lab.hosts[0]?.runtime}, kubelet ${lab.kubeletVersion}; ${describeLoad()}`,
);
printTable(['step', 'time', 'seen'], rows);
console.log(`${rows.length - bad} passed, ${bad} failed`);
process.exitCode = bad === 0 ? 0 : 1;
