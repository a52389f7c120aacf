import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { AgentConfig } from '../../lib/config/schema.ts';
import { AgentError } from '../../lib/errors.ts';
import { completingHost } from '../../lib/host/completing.ts';
import type { HostView } from '../../lib/host/host.ts';
import { recordedHost } from '../../lib/host/recorded.ts';
import { type RecordedAnswer, recordingHost } from '../../lib/host/recording.ts';
import { redactor } from '../../lib/host/redact.ts';
import { safeJson } from '../../lib/model/printable.ts';
import type { DoctorReport } from '../../lib/model/report.ts';
import { seconds } from '../../lib/model/units.ts';
import { type Command, type CommandContext, EXIT, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { configOf, identityOf } from '../configuration.ts';
import { examine } from '../examine.ts';
import { takeInventory } from '../inventory/inventory.ts';
import { writeRecording } from '../recording-files.ts';
import { version } from '../version.ts';

/** Longer than any source waits for the host. */
const SETTLE = seconds(10);

/** Everything this host is called: what it calls itself, and what its cluster calls it. */
async function namesOf(host: HostView, reported: string): Promise<readonly string[]> {
  const identity = await host.clusterIdentity();
  const full = [hostname(), reported, ...(identity.kind === 'identity' ? [identity.nodeName] : [])];
  return [...new Set(full.flatMap((name) => [name, name.split('.')[0] ?? name]))];
}

interface Look {
  readonly answers: readonly RecordedAnswer[];
  readonly report: DoctorReport;
}

/** One look at the host, and everything that a replay of it will ask. */
async function look(local: HostView, config: AgentConfig): Promise<Look> {
  const answers: RecordedAnswer[] = [];
  const host = recordingHost(local, (answer) => answers.push(answer));
  const report = await examine(host, { config, version });
  const bounded = (work: Promise<unknown>) => Promise.race([work, setTimeout(SETTLE, undefined, { ref: false })]);
  await bounded(host.settled());
  const replayed = recordedHost([...answers], Date.parse(report.time));
  await bounded(examine(completingHost(replayed, host), { config, version }));
  return { answers: [...answers], report };
}

async function run({ options, terminal }: CommandContext): Promise<number> {
  const out = textOption(options, 'out');
  if (out === undefined) throw new AgentError('ARGUMENT_INVALID', 'record: --out DIR is needed; nothing was recorded');
  const config = await configOf(composeHost(), textOption(options, 'config'));
  const local = composeHost(identityOf(config, textOption(options, 'kubeconfig')));
  const { answers, report } = await look(local, config);
  const clean = redactor(await namesOf(local, report.node));
  const manifest = {
    apiVersion: 'nodemend.io/v1',
    kind: 'Recording',
    title: textOption(options, 'title') ?? `${report.health} node`,
    recordedAt: report.time,
    agentVersion: version,
    node: 'node-1',
  } as const;
  const directory = resolve(out);
  const inventory = `${safeJson(clean.value(await takeInventory(local)), 2)}\n`;
  await writeRecording(directory, manifest, answers.map(clean.recorded), { 'inventory.json': inventory });
  terminal.print(`recorded ${answers.length} answers of this node (${report.health}) in ${directory}\n`);
  terminal.print(
    'keys, tokens, host name and addresses are replaced, certificates are not; look through it before you send it away\n',
  );
  terminal.print(`judge it again anywhere: nodemend doctor --replay ${out}\n`);
  return EXIT.ok;
}

export const record: Command = {
  name: 'record',
  summary:
    'record what every source reads on this node, and what the machine is made of, redacted: a support bundle that doctor can replay',
  example: 'nodemend record --out /tmp/node && tar -czf node.tar.gz -C /tmp node',
  options: {
    out: { type: 'string', value: 'DIR', description: 'new or empty directory to write' },
    title: { type: 'string', value: 'TEXT', description: 'what was wrong, in a few words' },
    kubeconfig: shared.kubeconfig,
    config: shared.config,
  },
  run,
};
