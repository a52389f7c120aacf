import { killWriters } from '../test/fakes/killed-writers.ts';

const kills = Number(process.argv[2] ?? 1000);
const began = performance.now();
const { acknowledged, lost, twice, corrupt } = await killWriters(kills, 4);
const took = Math.round((performance.now() - began) / 1000);
console.log(`${kills} writers killed by SIGKILL in ${took} s: ${acknowledged} actions acknowledged, ${lost.length} lost`);
console.log(`${twice.length} numbers given twice, ${corrupt} lines damaged`);
if (lost.length + twice.length > 0) process.exitCode = 1;
