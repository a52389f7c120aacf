import { systemClock } from '../../lib/host/local.ts';
import { type Command, type CommandContext, EXIT } from '../command.ts';
import { drainFlags, drainOptions, nodeOptions, surgeWishes } from '../drain/command-line.ts';
import { connect } from '../drain/connect.ts';
import type { DrainOptions } from '../drain/context.ts';
import { drainNodes } from '../drain/drain.ts';
import type { NodeReport, Tell } from '../drain/events.ts';
import { checkOperands, findNodes } from '../drain/find-nodes.ts';
import { interrupts } from '../drain/interrupts.ts';
import { gentleParts } from '../drain/surge/settings.ts';
import { type Voice, voiceOf } from '../drain/voice.ts';
import { personOwner } from './cordon.ts';

/** Remembers which nodes stand cordoned at the end. */
function remembering(voice: Voice, { dryRun }: DrainOptions): { readonly tell: Tell; readonly cordoned: readonly string[] } {
  const cordoned: string[] = [];
  const tell: Tell = (event) => {
    if (event.event === 'cordoned' && dryRun === 'none') cordoned.push(event.node);
    voice.tell(event);
  };
  return { tell, cordoned };
}

/** What each pod that is still there was held by, and how to go on or back. */
function lastWords(reports: readonly NodeReport[], cordoned: readonly string[], interrupted: boolean): string {
  const failed = reports.filter(({ drained }) => !drained);
  const why = failed
    .flatMap(({ pods }) => pods)
    .flatMap(({ pod, why: held }) => (held === undefined ? [] : [`  ${pod}: ${held}\n`]));
  const all = reports.flatMap(({ pods }) => pods);
  const left = all.filter(({ result }) => result === 'left' || result === 'granted').length;
  const head = interrupted
    ? [
        `interrupted: ${all.length === 0 ? '' : `${left} of ${all.length} pods have left; `}what was granted goes on, nothing more is asked for\n`,
      ]
    : [];
  const pending =
    failed.length === 0 ? [] : ['There are pending nodes to be drained:\n', ...failed.map(({ node }) => ` ${node}\n`)];
  const stays = cordoned.filter((node) => failed.some((report) => report.node === node));
  const undo = stays.length === 0 ? [] : [`cordoned: ${stays.join(', ')}; undo: nodemend uncordon ${stays.join(' ')}\n`];
  return [...head, ...why, ...pending, ...undo].join('');
}

const statusOf = (reports: readonly NodeReport[]) => (reports.every(({ drained }) => drained) ? EXIT.ok : EXIT.refused);

function ended(voice: Voice, result: Parameters<Voice['end']>[0]): number {
  voice.end(result);
  return result.exitStatus;
}

async function run(context: CommandContext): Promise<number> {
  const { options, terminal } = context;
  const wanted = drainOptions(options, false);
  surgeWishes(options);
  checkOperands(context, 'drain');
  const voice = voiceOf(terminal, { json: options.json === true, dryRun: wanted.dryRun, clock: systemClock });
  const connection = await connect(context);
  const { cluster, note } = connection;
  if (note !== undefined) voice.tell({ event: 'note', message: note });
  const found = await findNodes(cluster, context);
  if (found.kind === 'failed') {
    terminal.warn(`${found.message}\n`);
    return ended(voice, { nodes: [], cordoned: [], exitStatus: EXIT.refused });
  }
  if (found.nodes.length === 0) voice.tell({ event: 'note', message: 'no node has these labels' });
  const ctrlC = interrupts();
  const { tell, cordoned } = remembering(voice, wanted);
  const drainContext = {
    cluster,
    clock: systemClock,
    options: { ...wanted, trustDaemonSets: note !== undefined },
    tell,
    signal: ctrlC.signal,
    ...gentleParts(options, connection, 'drain'),
  };
  const reports = await drainNodes(drainContext, found.nodes, personOwner('drain'));
  ctrlC.close();
  const exitStatus = ctrlC.status() ?? statusOf(reports);
  voice.say(lastWords(reports, cordoned, ctrlC.signal.aborted));
  return ended(voice, { nodes: reports, cordoned, exitStatus });
}

export const drain: Command = {
  name: 'drain',
  summary: 'move the pods of a node elsewhere, as kubectl drain, and say what is waited for and why',
  operands: '[NODE…]',
  example:
    'nodemend drain --dry-run=server --ignore-daemonsets\nnodemend drain web-1 --ignore-daemonsets --delete-emptydir-data --timeout 15m\nnodemend drain web-1 web-2 --mode surge --ignore-daemonsets',
  options: { ...drainFlags, ...nodeOptions },
  run,
};
