/**
 * A log that is written against the agent: a million different messages that all match, for an event and for a condition, with escapes,
 * format strings, newlines in disguise, bytes that are no UTF-8 and lines of a megabyte. Memory and what is shown must stay bounded.
 */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { counters, makePlace, removePlace, startAgent, sumOf } from './logs/agent-process.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    dist: { type: 'string', default: join(import.meta.dirname, '../dist') },
    lines: { type: 'string', default: '1000000' },
  },
});
const lines = Number(values.lines);
/** Every event, and the condition once: node-problem-detector counts its transitions. */
const expected = lines / 2 + 1;

const place = makePlace({});
const monitor = {
  plugin: 'filelog',
  pluginConfig: { timestamp: '^.{15}', message: '^.{15} (.*)', timestampFormat: 'Jan _2 15:04:05' },
  logPath: place.log,
  lookback: '5m',
  bufferSize: 10,
  source: 'hostile-monitor',
  conditions: [{ type: 'HostileLog', reason: 'HostileLogIsQuiet', message: 'nothing was said' }],
  rules: [
    { type: 'temporary', reason: 'HostileEvent', pattern: 'crashed .*' },
    { type: 'permanent', condition: 'HostileLog', reason: 'HostileCondition', pattern: 'wedged .*' },
  ],
};
writeFileSync(join(place.directory, 'monitors/hostile.json'), JSON.stringify(monitor), { mode: 0o644 });
writeFileSync(place.log, '');

const stamp = new Date()
  .toString()
  .replace(/^\w+ (\w+) 0?(\d+) \d+ (\S+).*/, (_, month, day, time) => `${month} ${day.padStart(2)} ${time}`);
const TAILS = [
  '\u001b[2J\u001b]0;owned\u0007',
  '%s%n%d',
  '\\n# HELP faked 1',
  '"} 1\\nfaked{a="',
  '\u202e\u0000\u0085',
  '{"type":"Warning"}',
];

function lineOf(at: number): Buffer {
  const text = Buffer.from(
    `${stamp} ${at % 2 === 0 ? 'crashed' : 'wedged'} ${at}-${(at * 2654435761) % 4294967296} ${TAILS[at % TAILS.length]}`,
    'utf8',
  );
  const long = at % 100_000 === 7 ? Buffer.alloc(1024 * 1024, 0x78) : Buffer.from([0xff, 0xfe, 0xc0, 0x80]);
  return Buffer.concat([text, long, Buffer.from('\n')]);
}

const agent = await startAgent(place, { dist: values.dist });
try {
  await sleep(3000);
  const [before, cpu, began] = [agent.memory('RssAnon'), agent.cpu(), performance.now()];
  let most = before;
  const file = openSync(place.log, 'a');
  for (let at = 0; at < lines; at += 1000) {
    writeSync(file, Buffer.concat(Array.from({ length: 1000 }, (_, index) => lineOf(at + index))));
    if (at % 20_000 === 0) await sleep(1);
    most = Math.max(most, agent.memory('RssAnon'));
  }
  closeSync(file);
  let counted = 0;
  for (let tries = 0; tries < 1200 && counted < expected; tries += 1) {
    await sleep(100);
    most = Math.max(most, agent.memory('RssAnon'));
    counted = sumOf(await counters());
  }
  const seconds = (performance.now() - began) / 1000;
  await sleep(5000);
  const status = readFileSync(join(place.directory, 'run/status.json'), 'utf8');
  const reasons = [...((await counters())?.entries() ?? [])]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`);
  const log = readFileSync(join(place.directory, 'agent.log'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there.
  const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;
  const megabytes = (kilobytes: number) => (kilobytes / 1024).toFixed(1);
  console.log(
    `${lines} lines, ${counted} of ${expected} counted in ${seconds.toFixed(1)} s, ${(agent.cpu() - cpu).toFixed(1)} CPU-s; ${describeLoad()}`,
  );
  console.log(`RssAnon ${megabytes(before)} MiB before, ${megabytes(most)} at most, ${megabytes(agent.memory('RssAnon'))} after`);
  console.log(`counters above 0: ${reasons.join(', ')}; status.json ${status.length} bytes, agent's log ${log.length} bytes`);
  console.log(
    `control characters: status ${raw.test(status) ? 'YES' : 'none'}, log ${raw.test(log.toString('utf8')) ? 'YES' : 'none'}`,
  );
} finally {
  await agent.stop('SIGTERM');
  removePlace(place);
}
