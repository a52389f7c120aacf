import { parseArgs } from 'node:util';
import { killAgents } from '../test/fakes/killed-agents.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '1000' }, lab: { type: 'string' } } });
const began = performance.now();
const seen = await killAgents(Number(values.kills), 2);
const took = Math.round((performance.now() - began) / 1000);
const { kills, stories, midRepair, restarts, healed, givenUp, broken } = seen;
console.log(`${kills} agents killed by SIGKILL in ${took} s, ${midRepair} of them between an intent and its outcome`);
console.log(`${stories} nodes with a hung docker: ${restarts} restarts, ${healed} healed, ${givenUp} given up within the budget`);
console.log(`${broken.length} broken promises`);
for (const one of broken) console.log(`  ${one}`);
if (broken.length > 0) process.exitCode = 1;
