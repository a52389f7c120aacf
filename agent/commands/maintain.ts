import { AgentError } from '../../lib/errors.ts';
import { systemClock } from '../../lib/host/local.ts';
import { findKeeper } from '../../lib/ledger/lock.ts';
import type { MaintainRecord } from '../../lib/maintain/record.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { type Command, type CommandContext, EXIT, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { configOf } from '../configuration.ts';
import { drainFlags, nodeOptions } from '../drain/command-line.ts';
import { thisNode } from '../drain/connect.ts';
import { interrupts } from '../drain/interrupts.ts';
import { begin, type SessionOf, type Target } from '../maintain/begin.ts';
import { type Operands, readAsked, readOperands, retyped } from '../maintain/order.ts';
import { lockMaintain, placesElsewhere, placesHere } from '../maintain/places.ts';
import { abort, exitStatusOf, openRecord, refused, resume } from '../maintain/run.ts';
import { journalAt, openSession, type Session } from '../maintain/session.ts';
import { endLines, statusJson, statusLines } from '../maintain/words.ts';
import { carryOn, type MaintainEnd } from '../maintain/work.ts';
import { ownProcess } from '../one-at-a-time.ts';
import { isRoot } from '../person.ts';

async function targetOf(context: CommandContext, { node }: Operands): Promise<Target> {
  const config = await configOf(composeHost(), textOption(context.options, 'config'));
  const own = await thisNode(context);
  const here = node === undefined || node === own;
  if (here && !isRoot())
    throw new AgentError('PERMISSION_DENIED', 'maintain of this host keeps its journal in the state directory');
  return { node: node ?? own, here, places: here ? placesHere(config) : placesElsewhere(node) };
}

/** One connection, whatever it is asked for. */
function sessions(context: CommandContext, { places }: Target): SessionOf {
  const { options, terminal } = context;
  let opened: Promise<Session> | undefined;
  return async (order) => {
    const file = order.options.config ?? options.config;
    const config = await configOf(composeHost(), typeof file === 'string' ? file : undefined);
    opened ??= openSession({ order, places, config, terminal, json: options.json === true });
    return await opened;
  };
}

function tellStatus({ options, terminal }: CommandContext, { node, places }: Target, record: MaintainRecord | undefined): number {
  const isRunning = findKeeper(places.locks, ownProcess()) !== undefined;
  const text = record === undefined ? `no maintenance of ${node} is open\n` : statusLines(record, isRunning);
  terminal.print(options.json === true ? `${safeJson(statusJson(record, isRunning), 2)}\n` : text);
  return EXIT.ok;
}

function tellEnd({ options, terminal }: CommandContext, record: MaintainRecord, end: MaintainEnd, exitStatus: number): number {
  const { kind: outcome, stage, why: message } = end;
  const { id, node } = record.order;
  const head = {
    time: new Date(systemClock.now()).toISOString(),
    event: 'result',
    apiVersion: 'nodemend.io/v1',
    kind: 'MaintainReport',
  };
  if (options.json === true) terminal.print(`${safeJson({ ...head, id, node, outcome, stage, message, exitStatus })}\n`);
  else terminal.print(endLines(end, record));
  return exitStatus;
}

/** Nothing of it is left; else its node stands cordoned. */
const isOver = ({ kind }: MaintainEnd) => kind === 'done' || kind === 'aborted' || kind === 'overruled';

async function run(context: CommandContext): Promise<number> {
  const { options } = context;
  const asked = readAsked(options);
  const operands = readOperands(context, asked);
  const target = await targetOf(context, operands);
  const sessionOf = sessions(context, target);
  if (asked === 'status') return tellStatus(context, target, await openRecord({ journal: journalAt(target.places) }));
  const lock = lockMaintain(target.places);
  // A terminal that is gone is no reason to stop in the middle.
  process.on('SIGHUP', () => undefined);
  const ctrlC = interrupts();
  try {
    const found = asked === 'start' ? undefined : await openRecord({ journal: journalAt(target.places) });
    if (asked !== 'start' && found === undefined) throw refused(`no maintenance of ${target.node} is open`);
    const open = found && retyped(found, options);
    const record = open ?? (await begin(context, operands, target, sessionOf));
    const { hands, place, say, work } = await sessionOf(record.order);
    if (asked !== 'abort') await place.take();
    const doing = work(ctrlC.signal, () => record);
    const word = options.rerun === true ? ('rerun' as const) : undefined;
    const command = options['skip-command'] === true ? ('skip' as const) : word;
    const words = { skipValidation: options['skip-validation'] === true, unattended: options.unattended === true };
    const given = { ...words, ...(command === undefined ? {} : { command }) };
    const carry = () => (open === undefined ? carryOn(record, hands, doing) : resume(record, given, hands, doing));
    const end = asked === 'abort' ? await abort(record, hands, say) : await carry();
    if (isOver(end)) await place.release();
    return tellEnd(context, record, end, exitStatusOf(end, ctrlC.status()));
  } finally {
    ctrlC.close();
    lock.release();
  }
}

const { 'ignore-daemonsets': _always, ...flags } = drainFlags;
const { selector: _selector, 'dry-run': _dryRun, ...identity } = nodeOptions;

export const maintain: Command = {
  name: 'maintain',
  summary:
    'drain, run a command on the node or wait for a person, reboot if asked, validate, uncordon; stops at the first failure',
  operands: '[NODE] [-- COMMAND…]',
  example:
    'nodemend maintain --reboot -- apt-get -y dist-upgrade\nnodemend maintain                      # drains, and waits for your work\nnodemend maintain web-2 --reboot       # another node: your hands, your reboot, then --resume\nnodemend maintain --status\nnodemend maintain --resume\nnodemend maintain --abort',
  options: {
    reboot: {
      type: 'boolean',
      description: 'reboot after the command; the boot id proves it, and it goes on by itself; another node you reboot yourself',
    },
    'validate-for': {
      type: 'string',
      value: 'DURATION',
      description: 'doctor says Healthy (of another node: its Node alone) and the Node is Ready for so long (30s)',
    },
    'validate-within': { type: 'string', value: 'DURATION', description: 'else the node stays cordoned (10m)' },
    'ignore-blockers': {
      type: 'boolean',
      description: 'begin although guards.blockers or an inhibitor of the reboot stand against it',
    },
    status: { type: 'boolean', description: 'where the open maintenance stands' },
    resume: {
      type: 'boolean',
      description:
        'go on where it stopped, was interrupted or killed; or the work is done; flags typed with it hold from here on',
    },
    rerun: { type: 'boolean', description: 'with --resume: run the command again' },
    'skip-command': { type: 'boolean', description: 'with --resume: go on as if the command had succeeded' },
    'skip-validation': { type: 'boolean', description: 'with --resume: uncordon a node that is not well' },
    abort: { type: 'boolean', description: 'take it back: uncordon what it cordoned' },
    unattended: { type: 'boolean', description: 'with --resume, for the unit that goes on after the reboot' },
    ...flags,
    ...identity,
  },
  run,
};
