/** A starved runtime, again and again: slow must be called slow, never hung. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findingNames, type Look, look, untilHealthy } from '../test/lab/doctor.ts';
import { faults } from '../test/lab/faults/index.ts';
import { install } from '../test/lab/install.ts';
import { openLab } from '../test/lab/lab.ts';
import { countEach, describeTimes } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    runs: { type: 'string', default: '50' },
    /** Looks for each time it is broken: the queue in the daemon is another one each time. */
    looks: { type: 'string', default: '5' },
  },
});

const lab = openLab(values.lab);
const host = lab.host();
const wanted = host.runtime === 'docker' ? 'dockerd-starved' : 'containerd-starved';
const fault = faults.find(({ name }) => name === wanted);
if (fault === undefined) throw new Error(`no fault ${wanted}`);
await install(host);
await untilHealthy(host);

const looks: Look[] = [];
while (looks.length < Number(values.runs)) {
  await fault.break(host, lab);
  try {
    for (let i = 0; i < Number(values.looks) && looks.length < Number(values.runs); i += 1) {
      looks.push(await look(host));
      await sleep(500);
    }
  } finally {
    await fault.mend(host, lab);
  }
  await untilHealthy(host);
}

const said = looks.map(
  ({ report }) =>
    findingNames(report)
      .filter((name) => name.startsWith('ContainerRuntime'))
      .join(' + ') || 'nothing',
);
console.log(`${fault.name}: ${fault.title}; ${looks.length} looks`);
console.log(`said        ${countEach(said)}`);
console.log(`exit status ${countEach(looks.map(({ code }) => code))}`);
console.log(`wall        ${describeTimes(looks.map(({ tookMs }) => tookMs))}`);
process.exitCode = said.every((name) => name.endsWith('Slow')) ? 0 : 1;
