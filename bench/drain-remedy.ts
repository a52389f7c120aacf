/**
 * The agent's own drain on a real cluster of two nodes: I3 with every event, called off by a file system that is mended, left alone
 * once Cluster Autoscaler has the node, with a kubelet that is dead, and with agent and program killed at random instants.
 */
import { parseArgs } from 'node:util';
import { openLab } from '../test/lab/lab.ts';
import { deadKubelet } from './drain-remedy/dead-kubelet.ts';
import { configOf, layGround } from './drain-remedy/ground.ts';
import { incident } from './drain-remedy/incident.ts';
import { killed } from './drain-remedy/kills.ts';
import { ladder } from './drain-remedy/ladder.ts';
import { inhibited, persists, uncordoned } from './drain-remedy/ladder-ends.ts';
import { lineOf } from './drain-remedy/line.ts';
import { healed, taken } from './drain-remedy/others.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    dist: { type: 'string' },
    kills: { type: 'string', default: '50' },
    /** incident, healed, taken, stopped, hung, kills, ladder, persists, inhibited, uncordoned; all of them without it. */
    only: { type: 'string', default: '' },
    /** The machine's own /dev/kmsg, which the first host of every lab reads. */
    'real-kmsg': { type: 'boolean', default: false },
  },
});
const lab = openLab(values.lab);
const LINE = lineOf(lab, values['real-kmsg']);
const ground = await layGround(lab, values.dist, values['real-kmsg']);
let failures = 0;

function say(what: string, broken: readonly string[], more = ''): void {
  failures += broken.length;
  console.log(`${broken.length === 0 ? 'ok  ' : 'FAIL'} ${what}${more === '' ? '' : `: ${more}`}`);
  for (const one of broken) console.log(`       ${one}`);
}

const isWanted = (name: string) => values.only === '' || values.only.split(',').includes(name);

console.log(`${describeLoad()}; ${lab.kubeletVersion}, ${ground.host.runtime}`);
if (isWanted('incident')) {
  const { broken, took } = await incident(ground, { config: configOf('buffer: 10s'), line: LINE });
  say('I3: line → condition → cordon → buffer → drain → completed, events in order', broken, `${Math.round(took / 1000)} s`);
}
if (isWanted('healed')) say('a file system that is mended calls the drain off', await healed(ground));
if (isWanted('taken')) say("Cluster Autoscaler's taint stops the ladder, the Lease is released", await taken(ground));
for (const how of ['stopped', 'hung'] as const) {
  if (!isWanted(how)) continue;
  const { broken, gap } = await deadKubelet(ground, LINE, how);
  say(`a kubelet that is ${how}: no second writer`, broken, `${Math.round(gap)} ms between the two`);
}
if (isWanted('kills')) {
  const { kills, agents, programs, underWay, stories, broken } = await killed(ground, Number(values.kills), LINE);
  const who = `${agents} agents, ${programs} drains; ${underWay} while a drain was under way`;
  say(`${kills} kills in ${stories} drains (${who}): the same end, no pod evicted twice`, broken);
}
if (isWanted('ladder')) {
  const { broken, took } = await ladder(ground, ['cordon', 'drain', 'reboot']);
  say(
    'a file system that only a reboot mends: cordon, drain, reboot, validated, uncordoned',
    broken,
    `${Math.round(took / 1000)} s`,
  );
}
if (isWanted('persists')) say('a problem that outlives the reboot: one reboot, given up, cordoned', await persists(ground));
if (isWanted('inhibited')) say('a file holds the reboot, and nobody else', await inhibited(ground));
if (isWanted('uncordoned')) say('a person uncordons between drain and reboot: no reboot', await uncordoned(ground));
console.log(`${failures} broken promises`);
process.exit(failures === 0 ? 0 : 1);
