import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { HostControl } from '../../lib/host/host-control.ts';
import type { MaintainRecord } from '../../lib/maintain/record.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import { seconds } from '../../lib/model/units.ts';
import { runtimeEndpoint } from '../../lib/sources/runtime/runtime-endpoint.ts';
import { gatherer } from '../gather.ts';
import { lookInTheLastSecond, lookOnce } from '../reboot/last-look.ts';
import { readNodeFacts } from '../reboot/node-facts.ts';
import { rebootSettings } from '../reboot/settings.ts';
import { type Uncordoned, uncordonOwn } from '../reboot/uncordon.ts';
import type { Terminal } from '../terminal.ts';
import { armAfterBoot, disarmAfterBoot } from './after-boot.ts';
import { commandRunner } from './command-runner.ts';
import { type DrainParts, drainForMaintenance, seeNode } from './drain-node.ts';
import type { MaintainHands, Stopped } from './hands.ts';
import type { MaintainJournal } from './journal.ts';
import { type MaintainPlaces, statusFileOf } from './places.ts';
import { validateNode } from './validate-node.ts';

export interface LocalParts extends DrainParts {
  readonly host: HostView;
  readonly control: HostControl;
  readonly config: AgentConfig;
  readonly journal: MaintainJournal;
  readonly places: MaintainPlaces;
  readonly here: boolean;
  readonly node: string;
  readonly boot: () => string;
  readonly terminal: Terminal;
  readonly json: boolean;
  /** False: something of a surge could not be undone. */
  undoSurges(): Promise<boolean>;
  /** What a unit runs to go on after the boot. */
  readonly goOn: readonly string[];
}

const LOOK_EVERY = seconds(5);

/** A person reboots, and is logged in for it. */
const inhibitorsOf = (config: AgentConfig) => ({ files: [], ...rebootSettings(config)?.inhibitors, users: false });

/** Whose cordon it is was found out after the drain; the text of somebody else's may not change meanwhile either. */
const notOurs =
  ({ order, cordon }: MaintainRecord) =>
  (owner: string | undefined): string | undefined =>
    cordon === 'ours' && owner !== order.owner ? 'somebody else has cordoned it meanwhile' : undefined;

const remoteBoot = async ({ cluster, node }: LocalParts): Promise<string> => {
  const answer = await readNodeFacts(cluster, node);
  return answer.kind === 'told' ? answer.value.bootId : '';
};

async function tellReboot({ control, config, clock }: LocalParts, signal: AbortSignal): Promise<'interrupted' | Stopped> {
  const answer = await control.control({ kind: 'reboot' });
  if (answer.kind !== 'done')
    return { kind: 'stopped', why: `systemctl reboot: ${answer.kind === 'failed' ? answer.why : answer.kind}` };
  const within = rebootSettings(config)?.within ?? seconds(600);
  await clock.sleep(within, signal).catch(() => undefined);
  if (signal.aborted) return 'interrupted';
  return { kind: 'stopped', why: `the host was told to reboot, and has not gone down within ${formatDuration(within)}` };
}

async function untilRebooted(
  parts: LocalParts,
  { boot }: MaintainRecord,
  signal: AbortSignal,
): Promise<'rebooted' | 'interrupted'> {
  while (!signal.aborted) {
    const now = await remoteBoot(parts);
    if (now !== '' && now !== boot) return 'rebooted';
    await parts.clock.sleep(LOOK_EVERY, signal).catch(() => undefined);
  }
  return 'interrupted';
}

/** The cordon, and whatever a surge of this node that was killed left of itself, whoever had begun it: as `nodemend uncordon`. */
async function giveBack({ order }: MaintainRecord, { cluster, node, undoSurges }: LocalParts): Promise<Uncordoned> {
  const answer = await uncordonOwn(cluster, node, (owner) => owner === order.owner);
  if (answer.kind === 'failed' || (await undoSurges())) return answer;
  return { kind: 'failed', why: 'what a surge has changed could not be taken back' };
}

async function ask({ terminal, node }: LocalParts): Promise<boolean | undefined> {
  const said = await terminal.ask?.(`${node} is drained. Do the work, then type "done" (anything else leaves it drained): `);
  return said === undefined ? undefined : said.trim().toLowerCase() === 'done';
}

/** The real node, and the cluster with a person's identity. */
export function localHands(parts: LocalParts): MaintainHands {
  const { host, cluster, clock, node, here, places } = parts;
  const environment = { HOME: process.env.HOME, PATH: process.env.PATH };
  return {
    journal: parts.journal,
    now: () => clock.now(),
    boot: async () => (here ? parts.boot() : await remoteBoot(parts)),
    node: () => seeNode(parts, node),
    drain: (record, signal) => drainForMaintenance(record, parts, signal),
    command: commandRunner({ host, boot: parts.boot, statusFile: (record) => statusFileOf(places, record), quiet: parts.json }),
    askPerson: () => ask(parts),
    lookBeforeReboot: async (record) => {
      const endpoint = await gatherer(host).fact(runtimeEndpoint);
      const settings = { inhibitors: inhibitorsOf(parts.config) };
      return await lookInTheLastSecond(clock, () =>
        lookOnce({ host, cluster, node, settings, endpoint, notOurs: notOurs(record) }),
      );
    },
    arm: () => armAfterBoot(host, { argv: parts.goOn, journal: places.journal, environment }),
    disarm: async () => (here ? await disarmAfterBoot(host) : undefined),
    reboot: (_record, signal) => tellReboot(parts, signal),
    awaitReboot: (record, signal) => untilRebooted(parts, record, signal),
    validate: (record, signal) => validateNode(record, parts, signal),
    uncordon: (record) => giveBack(record, parts),
  };
}
