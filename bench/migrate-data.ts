/**
 * A real docker's data moved to another file system, with one accident after the other on the way: each must end on the old root with
 * nothing lost. Then moved for good – kill -9 in the copy, --resume – and the trees compared by other means than the program's own.
 */
import { parseArgs } from 'node:util';
import { openLab } from '../test/lab/lab.ts';
import { printTable } from '../test/lab/table.ts';
import { fillDocker } from './migrate-data/contents.ts';
import { dockerFingerprint } from './migrate-data/fingerprint.ts';
import { measureAccident, measureMove, type Outcome } from './migrate-data/measure.ts';
import { addDisk, FILE_SYSTEMS, putRsync, removeDisk } from './migrate-data/place.ts';
import { scenarios } from './migrate-data/scenarios.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    /** Only these accidents. */
    only: { type: 'string', multiple: true },
    'file-system': { type: 'string', default: 'ext4' },
    'accidents-only': { type: 'boolean', default: false },
  },
});

const type = FILE_SYSTEMS.find((one) => one === values['file-system']);
if (type === undefined) throw new Error(`--file-system: one of ${FILE_SYSTEMS.join(', ')}`);
const lab = openLab(values.lab);
const host = lab.host();
await putRsync(host, '20M');
await fillDocker(host);
await addDisk(host, type);
const before = await dockerFingerprint(host);
const count = (word: string) => before.filter((line) => line.startsWith(`${word} `)).length;
console.log(`${count('image')} images, ${count('container')} containers, ${count('diff')} changed paths; target ${type}`);

const outcomes: Outcome[] = [];
const say = (outcome: Outcome) => {
  outcomes.push(outcome);
  console.log(`${outcome.name}: ${outcome.seconds.toFixed(1)} s, ${outcome.complaints.join('; ') || 'as it should be'}`);
};
for (const scenario of scenarios.filter(({ name }) => values.only?.includes(name) ?? true)) {
  say(await measureAccident(host, scenario, before));
}
if (!values['accidents-only']) say(await measureMove(host, `kill -9 in the copy, --resume, --remove-old (${type})`, before));

printTable(
  ['what happened', 's', 'because', 'afterwards'],
  outcomes.map(({ title, seconds, because, complaints }) => [
    title,
    seconds.toFixed(1),
    because.slice(0, 60),
    complaints.length === 0 ? 'nothing lost' : complaints.join('; '),
  ]),
  110,
);
console.log(describeLoad());
if (values['accidents-only']) await removeDisk(host);
process.exitCode = outcomes.every(({ complaints }) => complaints.length === 0) ? 0 : 1;
