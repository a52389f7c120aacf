import { basename, delimiter, dirname, join } from 'node:path';
import type { AgentConfig } from '../../lib/config/schema.ts';
import { localControl } from '../../lib/host/control.ts';
import { localFiles } from '../../lib/host/exact-file.ts';
import { systemClock } from '../../lib/host/local.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import type { MaintainOrder, MaintainRecord, Stage } from '../../lib/maintain/record.ts';
import { safeJson } from '../../lib/model/printable.ts';
import type { Told } from '../../lib/reboot/empty.ts';
import { inhibitions } from '../../lib/reboot/inhibitors.ts';
import { composeNode } from '../compose.ts';
import { identityOf } from '../configuration.ts';
import type { ClusterPods } from '../drain/cluster-pods.ts';
import { type Connection, connect } from '../drain/connect.ts';
import { surgeIdentity } from '../drain/surge/identity.ts';
import { gentleParts } from '../drain/surge/settings.ts';
import { undoSurges } from '../drain/surge/undo-surges.ts';
import { voiceOf } from '../drain/voice.ts';
import { readBlockers } from '../reboot/blockers.ts';
import { readInhibitors } from '../reboot/inhibitors.ts';
import { rebootSettings } from '../reboot/settings.ts';
import type { Terminal } from '../terminal.ts';
import type { MaintainHands } from './hands.ts';
import type { MaintainJournal } from './journal.ts';
import { openMaintainJournal } from './journal.ts';
import { localHands } from './local-hands.ts';
import { openPlace, type Place } from './place.ts';
import type { MaintainPlaces } from './places.ts';
import type { WorkOptions } from './stage.ts';
import { stageLine } from './words.ts';

export interface SessionParts {
  readonly order: MaintainOrder;
  readonly places: MaintainPlaces;
  readonly config: AgentConfig;
  readonly terminal: Terminal;
  readonly json: boolean;
}

export interface Session {
  readonly hands: MaintainHands;
  readonly place: Place;
  /** What stands against beginning; each a sentence fragment. */
  against(): Promise<readonly string[]>;
  say(text: string): void;
  work(signal: AbortSignal, record: () => MaintainRecord): WorkOptions;
}

export const journalAt = ({ journal }: MaintainPlaces): MaintainJournal => openMaintainJournal(journal, localFiles);

/** The words that start this program again: its launcher, or in a checkout its source. */
function ownWords(): readonly string[] {
  const program = process.argv[1] ?? '';
  if (program.endsWith('.ts')) return [process.execPath, program];
  return [join(dirname(program), basename(dirname(program)) === 'lib' ? '../bin/nodemend' : 'nodemend')];
}

/** As the person who began it: also after the boot, when nobody's environment is there. */
async function connectAs({ options, kubeconfigs }: MaintainOrder): Promise<Connection> {
  const [only] = kubeconfigs;
  if (kubeconfigs.length > 1) process.env.KUBECONFIG = kubeconfigs.join(delimiter);
  return await connect({
    options: { ...options, ...(kubeconfigs.length === 1 && only !== undefined ? { kubeconfig: only } : {}) },
  });
}

const podsOf =
  (cluster: ClusterPods, node: string) =>
  async (selector: string): Promise<Told<readonly string[]>> => {
    const listed = await cluster.podsOf(node, { selector, chunkSize: 0 });
    if (!listed.ok) return { kind: 'unknown', why: listed.failure.message };
    const open = listed.value.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
    return { kind: 'told', value: open.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`) };
  };

export async function openSession({ order, places, config, terminal, json }: SessionParts): Promise<Session> {
  const { host } = composeNode(identityOf(config, undefined));
  const voice = voiceOf(terminal, { json, dryRun: 'none', clock: systemClock });
  const connection = await connectAs(order);
  const { api, cluster, note, workloads } = connection;
  if (note !== undefined) voice.tell({ event: 'note', message: note });
  const line = (value: object) => terminal.print(`${safeJson({ time: new Date().toISOString(), ...value })}\n`);
  const say = (message: string) => (json ? line({ event: 'step', node: order.node, message }) : terminal.print(`  ${message}\n`));
  const { boot } = bootClock()();
  const hands = localHands({
    ...{ host, cluster, config, places, terminal, json, say },
    ...{ control: localControl(), clock: systemClock, journal: journalAt(places), tell: voice.tell, boot: () => boot },
    ...{ here: order.here, node: order.node, trustDaemonSets: note !== undefined },
    gentle: gentleParts(order.options, connection, 'maintain'),
    undoSurges: () =>
      undoSurges({
        ...{ cluster, workloads, nodes: [order.node], clock: systemClock },
        ...{ who: surgeIdentity('maintain'), tell: voice.tell, dryRun: 'none' as const },
      }),
    goOn: [...ownWords(), 'maintain', '--resume', '--unattended'],
  });
  return {
    hands,
    place: openPlace({ api, clock: systemClock, node: order.node, limits: config.guards.fleet, say }),
    say,
    async against() {
      const blocked = await readBlockers(host, podsOf(cluster, order.node), config.guards.blockers);
      const settings = order.here && order.reboot ? rebootSettings(config) : undefined;
      if (settings === undefined) return blocked;
      const found = await readInhibitors(host, { ...settings.inhibitors, users: false }, undefined);
      return [...blocked, ...inhibitions(found, systemClock.now())];
    },
    work: (signal, record) => ({
      signal,
      say,
      enter: (stage: Stage) =>
        json ? line({ event: 'stage', node: order.node, stage }) : terminal.print(stageLine(stage, record())),
    }),
  };
}
