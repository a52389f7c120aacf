/** Many runs of doctor on a healthy lab node: every problem it names is a false one. */
import { parseArgs } from 'node:util';
import { findingNames, type Look, look, untilHealthy } from '../test/lab/doctor.ts';
import { install } from '../test/lab/install.ts';
import { openLab } from '../test/lab/lab.ts';
import { churn } from './churn.ts';
import { countEach, describeTimes } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    runs: { type: 'string', default: '200' },
    /** Pods that come and go meanwhile. */
    churn: { type: 'string', default: '0' },
  },
});

const lab = openLab(values.lab);
const host = lab.host();
await install(host);
await untilHealthy(host);
const stop = Number(values.churn) > 0 ? await churn(lab, host, Number(values.churn)) : undefined;

const looks: Look[] = [];
const entering: number[] = [];
try {
  for (let i = 0; i < Number(values.runs); i += 1) {
    const started = performance.now();
    await host.exec(['true']);
    entering.push(performance.now() - started);
    looks.push(await look(host));
  }
} finally {
  await stop?.();
}

/** What was said; numbers left out, so that the same words are one line. */
function countWords(lines: readonly string[]): void {
  const counts: Record<string, number> = {};
  for (const line of lines.map((one) => one.replace(/\d+(\.\d+)?/g, 'N'))) counts[line] = (counts[line] ?? 0) + 1;
  for (const [line, times] of Object.entries(counts)) console.log(`  × ${times}  ${line}`);
}

const unknownWords = ({ report }: Look) =>
  report?.checks.filter(({ status }) => status === 'unknown').map(({ name, summary }) => `${name}: ${summary}`) ?? [];
const faultWords = ({ report }: Look) => report?.problems.map(({ message }) => message) ?? [];

const notices = ({ report }: Look): string[] => findingNames(report, (severity) => severity === 'notice');
const faults = ({ report }: Look): string[] => findingNames(report, (severity) => severity !== 'notice');
console.log(`doctor on a healthy ${host.runtime} node, ${looks.length} runs, ${values.churn} pods coming and going`);
console.log(`exit status      ${countEach(looks.map(({ code }) => code))}`);
console.log(`false findings   ${countEach(looks.flatMap(faults))}`);
countWords(looks.flatMap(faultWords));
console.log(`notices          ${countEach(looks.flatMap(notices))}`);
console.log(
  `checks unknown   ${countEach(looks.flatMap(({ report }) => report?.checks.filter((c) => c.status === 'unknown').map((c) => c.name) ?? []))}`,
);
countWords(looks.flatMap(unknownWords));
console.log(`left running     ${looks.flatMap(({ left }) => left).length}`);
console.log(
  `wall             ${describeTimes(looks.map(({ tookMs }) => tookMs))}; entering the host is part of it: ${describeTimes(entering)}`,
);
process.exitCode = looks.every((one) => one.code === 0 && one.left.length === 0) ? 0 : 1;
