import type { HostView } from '../../lib/host/host.ts';
import { KiB, MiB, ms, seconds } from '../../lib/model/units.ts';
import { lookAtOne } from '../steps/look.ts';
import { processOf } from '../steps/processes.ts';
import { until } from '../steps/step.ts';
import type { Collector, EvidenceContext } from './collector.ts';

const UNIT = 'docker.service';
/** dockerd's exec root. */
const DIRECTORY = '/run/docker';
const MOST = 640 * KiB;

async function dumpsIn(host: HostView): Promise<readonly string[]> {
  const entries = await host.listDirectory(DIRECTORY);
  return entries.kind === 'entries' ? entries.names.filter((name) => name.startsWith('goroutine-stacks-')) : [];
}

/** Why it would not answer the signal; what is called dockerd and is not would be ended by it. */
async function whyNot(host: HostView): Promise<string | undefined> {
  const unit = await lookAtOne(host, UNIT);
  if (unit?.activeState !== 'active' || unit.mainPid === 0) return `${UNIT} does not run`;
  const entry = await processOf(host, unit.mainPid);
  if (entry === undefined || !/^dockerd(-current)?$/.test(entry.name)) return `process ${unit.mainPid} is not called dockerd`;
  if (/^[TtD]$/.test(entry.state)) return `dockerd is in state ${entry.state} and would not answer the signal`;
  return undefined;
}

async function dump({ host, control, deadline }: EvidenceContext): Promise<string> {
  const before = new Set(await dumpsIn(host));
  const sent = await control.control({ kind: 'signal-unit', unit: UNIT, signal: 'SIGUSR1' });
  if (sent.kind !== 'done') return `SIGUSR1 for ${UNIT}: ${sent.kind}\n`;
  // The file is there before all is in it: its last line ends with a newline only when it is whole.
  const text = await until({ host }, Math.min(deadline, seconds(2)) - ms(300), async () => {
    const name = (await dumpsIn(host)).find((one) => !before.has(one));
    const file = name === undefined ? undefined : await host.readFile(`${DIRECTORY}/${name}`, { maxBytes: MiB });
    return file?.kind === 'text' && file.text.endsWith('\n') ? file.text : undefined;
  });
  return text ?? `${UNIT} wrote no goroutine dump to ${DIRECTORY} in time\n`;
}

/** What every goroutine of dockerd waits for: the one witness of a deadlock, and gone with the process. */
export const goroutines: Collector = {
  name: 'dockerd-goroutines.txt',
  most: MOST,
  async collect(context) {
    if (!context.units.includes(UNIT)) return undefined;
    const why = await whyNot(context.host);
    return why === undefined ? dump(context) : `no goroutine dump: ${why}\n`;
  },
};
