import { parseArgs } from 'node:util';
import { killAgents } from '../test/fakes/killed-agents.ts';
import { killOnLab } from './kill-on-lab.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '1000' }, lab: { type: 'string' } } });
const began = performance.now();
const wanted = Number(values.kills);

async function simulated(): Promise<readonly string[]> {
  const { kills, stories, midRepair, restarts, healed, givenUp, broken } = await killAgents(wanted, 2);
  console.log(`${kills} agents killed by SIGKILL, ${midRepair} of them between an intent and its outcome`);
  console.log(
    `${stories} nodes with a hung docker: ${restarts} restarts, ${healed} healed, ${givenUp} given up within the budget`,
  );
  return broken;
}

async function real(lab: string): Promise<readonly string[]> {
  const { kills, hangs, midRepair, restarts, containers, broken } = await killOnLab(lab, wanted);
  console.log(`${kills} agents killed by SIGKILL, ${midRepair} of them between an intent and its outcome`);
  console.log(`docker hung ${hangs} times and runs: ${restarts} restarts; ${containers} containers before, all the same after`);
  return broken;
}

const broken = await (values.lab === undefined ? simulated() : real(values.lab));
console.log(`${broken.length} broken promises, in ${Math.round((performance.now() - began) / 1000)} s`);
for (const one of broken) console.log(`  ${one}`);
if (broken.length > 0) process.exitCode = 1;
