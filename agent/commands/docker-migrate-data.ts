import { join } from 'node:path';
import { isOver, type MoveJournal } from '../../lib/docker/move-journal.ts';
import { ACCEPTABLE } from '../../lib/docker/preflight.ts';
import { AgentError } from '../../lib/errors.ts';
import type { Lock } from '../../lib/ledger/lock.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { type Command, type CommandContext, EXIT, listOption, type OptionValues, shared, textOption } from '../command.ts';
import { composeHost, composeNode } from '../compose.ts';
import { configOf, identityOf } from '../configuration.ts';
import { beginMove, type MoveRequest, planMove } from '../docker-move/begin.ts';
import { finishMove, removeOldData, type Work } from '../docker-move/finish.ts';
import { journalFile, loadJournal, moveDirectory } from '../docker-move/journal-file.ts';
import { lockAlone } from '../one-at-a-time.ts';
import { renderMovePlan, renderStanding, reportOfJournal, reportOfPlan } from '../output/docker-move.ts';
import { isRoot } from '../person.ts';

const invalid = (message: string) => new AgentError('ARGUMENT_INVALID', `docker migrate-data: ${message}`);
const refused = (message: string) => new AgentError('MOVE_REFUSED', `docker migrate-data: ${message}`);

function acceptedOf(options: OptionValues): readonly string[] {
  const accepted = [...listOption(options, 'accept'), ...(options.force === true ? ['not-drained'] : [])];
  const unknown = accepted.find((one) => !ACCEPTABLE.some((known) => known === one));
  if (unknown !== undefined) throw invalid(`--accept ${unknown} is unknown; one of ${ACCEPTABLE.join(', ')}`);
  return accepted;
}

function requestOf(options: OptionValues): MoveRequest {
  const to = textOption(options, 'to') ?? '';
  if (!to.startsWith('/') || to.split('/').some((part) => part === '..' || part === '.'))
    throw invalid('--to takes an absolute path without . and ..');
  const trimmed = to.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
  const socketPath = textOption(options, 'docker-socket') ?? '/run/docker.sock';
  return { to: trimmed, accepted: acceptedOf(options), checksum: options.checksum === true, socketPath };
}

async function isConfirmed(work: Work, question: string): Promise<boolean> {
  if (work.options.yes === true) return true;
  const answer = await work.terminal.ask?.(`${question} [y/N] `);
  if (answer === undefined) throw invalid('nobody is here to confirm it; nothing was done. Add --yes');
  return /^(y|yes)$/i.test(answer.trim());
}

const modeOf = (options: OptionValues) => ['to', 'resume', 'abort', 'remove-old'].filter((name) => options[name] !== undefined);

async function startMove(work: Work, last: MoveJournal | undefined): Promise<number> {
  const { host, terminal, options } = work;
  const request = requestOf(options);
  if (last !== undefined && !isOver(last)) {
    if (last.to !== request.to) throw refused(`a move to ${last.to} is under way; --resume or --abort it first`);
    return await finishMove(work, last);
  }
  if (last?.outcome === 'moved') throw refused(`the old data of the last move is still in ${last.from}; --remove-old first`);
  const plan = await planMove(host, request, last);
  const { facts, units, config } = plan.look;
  const shown = { facts, units: [...units.front, ...units.docker], refusals: plan.refusals };
  const report = reportOfPlan(facts, plan.refusals, new Date(host.clock.now()).toISOString());
  const before = config.text ?? '';
  if (options.json === true && options['dry-run'] === true) terminal.print(`${safeJson(report, 2)}\n`);
  else if (options.json !== true)
    terminal.print(renderMovePlan({ ...shown, config: { path: config.path, before, after: plan.after } }, terminal));
  if (plan.refusals.length > 0) {
    if (options.json === true && options['dry-run'] !== true) terminal.print(`${safeJson(report, 2)}\n`);
    return EXIT.refused;
  }
  if (options['dry-run'] === true) return EXIT.ok;
  if (!(await isConfirmed(work, 'Stop docker and move it?'))) return EXIT.refused;
  const journal = await beginMove(host, plan, request, last).catch((error: unknown) => {
    throw refused(messageOf(error));
  });
  return await finishMove(work, journal);
}

async function goOn(work: Work, last: MoveJournal, mode: string): Promise<number> {
  if (mode === 'remove-old') return await removeOldData(work, last, (question) => isConfirmed(work, question));
  if (isOver(last)) throw refused(`nothing is under way; the last move ended as ${last.outcome}`);
  return await finishMove(work, last, mode === 'abort');
}

/** Two at once would copy and go back at the same time. */
const lockOf = (directory: string): Lock =>
  lockAlone([join(directory, 'lock')], 'another run', (who) => refused(`another run${who} is at work`));

async function run({ options, terminal }: CommandContext): Promise<number> {
  const [mode, second] = modeOf(options);
  if (second !== undefined) throw invalid(`--${mode} and --${second} exclude one another`);
  if (!isRoot()) throw new AgentError('PERMISSION_DENIED', "docker migrate-data reads and writes docker's own files");
  const config = await configOf(composeHost(), textOption(options, 'config'));
  const { host } = composeNode(identityOf(config, textOption(options, 'kubeconfig')));
  const directory = moveDirectory(config.stateDirectory);
  const last = loadJournal(journalFile(directory));
  const work: Work = { host, terminal, options, directory };
  if (mode === undefined) {
    const report = reportOfJournal(last, new Date(host.clock.now()).toISOString());
    if (options.json === true) terminal.print(`${safeJson(report, 2)}\n`);
    else
      terminal.print(
        last === undefined ? 'No move has been begun on this host: --to DIR begins one\n' : renderStanding(last, terminal),
      );
    return EXIT.ok;
  }
  const lock = lockOf(directory);
  try {
    if (mode === 'to') return await startMove(work, last);
    if (last === undefined) throw refused('no move has been begun on this host');
    return await goOn(work, last, mode);
  } finally {
    lock.release();
  }
}

export const dockerMigrateData: Command = {
  name: 'docker migrate-data',
  summary: "move docker's data to another file system, proved and with the way back; alone: says where a move stands",
  example:
    'nodemend docker migrate-data --to /data/docker --dry-run\nnodemend docker migrate-data --to /data/docker\nnodemend docker migrate-data --remove-old',
  options: {
    to: { type: 'string', value: 'DIR', description: 'new data root; empty, or with the copy of a run before' },
    'dry-run': { type: 'boolean', description: 'look, judge and show; nothing is written' },
    yes: { type: 'boolean', description: 'confirmed beforehand' },
    force: { type: 'boolean', description: 'although the node is not cordoned and drained; the same as --accept not-drained' },
    accept: { type: 'string', multiple: true, value: 'REASON', description: ACCEPTABLE.join(', ') },
    checksum: { type: 'boolean', description: 'compare the contents of every file too, not size and time alone' },
    resume: { type: 'boolean', description: 'go on with a move that was killed' },
    abort: { type: 'boolean', description: 'go back to the old root' },
    'remove-old': { type: 'boolean', description: 'delete the old data, if docker runs on the new' },
    'docker-socket': { type: 'string', value: 'PATH', description: 'instead of /run/docker.sock' },
    json: shared.json,
    kubeconfig: shared.kubeconfig,
    config: shared.config,
  },
  run,
};
