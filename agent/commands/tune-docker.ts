import { join } from 'node:path';
import { isOver } from '../../lib/docker/move-journal.ts';
import { refuseWanted } from '../../lib/docker/settings.ts';
import type { WantedSettings } from '../../lib/docker/settings-edit.ts';
import { AgentError } from '../../lib/errors.ts';
import type { Lock } from '../../lib/ledger/lock.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { type Command, type CommandContext, EXIT, listOption, type OptionValues, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { configOf } from '../configuration.ts';
import { journalFile, loadJournal, moveDirectory } from '../docker-move/journal-file.ts';
import { loadTuneJournal, tuneDirectory } from '../docker-tune/journal.ts';
import { localTuneHands } from '../docker-tune/local-hands.ts';
import { refused } from '../docker-tune/refused.ts';
import { type Asked, tuneDockerNow } from '../docker-tune/work.ts';
import { lockAlone } from '../one-at-a-time.ts';
import { renderDockerTuning } from '../output/docker-tune.ts';
import { isRoot } from '../person.ts';

const invalid = (message: string) => new AgentError('ARGUMENT_INVALID', `tune docker: ${message}`);

function readWanted(options: OptionValues): WantedSettings {
  const size = textOption(options, 'log-max-size');
  const files = textOption(options, 'log-max-file');
  return {
    liveRestore: options['live-restore'] === true,
    ...(size === undefined ? {} : { logMaxSize: size }),
    ...(files === undefined ? {} : { logMaxFile: Number(files) }),
  };
}

function readAsked(options: OptionValues): Asked {
  const asked = ['apply', 'revert', 'dry-run'].filter((name) => options[name] === true);
  if (asked.length > 1) throw invalid(`--${asked.join(' and --')} exclude one another`);
  const unknown = listOption(options, 'accept').find((one) => one !== 'untried-edits');
  if (unknown !== undefined) throw invalid(`--accept ${unknown} is unknown; it takes untried-edits`);
  if (options.apply === true) return 'apply';
  return options.revert === true ? 'revert' : 'plan';
}

/** Two at once would each restore the other's file. */
const lockOf = (directory: string): Lock =>
  lockAlone([join(directory, 'lock')], 'another run', (who) => refused(`another run${who} is at work`));

async function run({ options, terminal }: CommandContext): Promise<number> {
  const asked = readAsked(options);
  const wanted = readWanted(options);
  const refusal = asked === 'revert' ? undefined : refuseWanted(wanted);
  if (refusal !== undefined) throw invalid(refusal);
  const accepts = listOption(options, 'accept').includes('untried-edits');
  if (!isRoot()) throw new AgentError('PERMISSION_DENIED', "tune docker reads and writes docker's own files");
  const config = await configOf(composeHost(), textOption(options, 'config'));
  const host = composeHost();
  const directory = tuneDirectory(config.stateDirectory);
  const socketPath = textOption(options, 'docker-socket') ?? '/run/docker.sock';
  const move = loadJournal(journalFile(moveDirectory(config.stateDirectory)));
  if (move !== undefined && !isOver(move)) throw refused('docker migrate-data is under way; --resume or --abort it first');
  const lock = asked === 'plan' ? undefined : lockOf(directory);
  try {
    const work = { host, socketPath, hands: localTuneHands(host, directory, socketPath), last: loadTuneJournal(directory) };
    const tuning = await tuneDockerNow(work, wanted, asked, accepts).catch((error: unknown) => {
      if (error instanceof AgentError) throw error;
      throw refused(messageOf(error));
    });
    terminal.print(options.json === true ? `${safeJson(tuning, 2)}\n` : renderDockerTuning(tuning, terminal));
    return tuning.state === 'refused' || tuning.state === 'rolled-back' ? EXIT.refused : EXIT.ok;
  } finally {
    lock?.release();
  }
}

export const tuneDocker: Command = {
  name: 'tune docker',
  summary: 'live-restore and log limits merged into daemon.json, applied by a reload and proved by docker info; never a restart',
  example:
    'nodemend tune docker --live-restore\nnodemend tune docker --live-restore --log-max-size 50m --log-max-file 3 --apply\nnodemend tune docker --revert',
  options: {
    'live-restore': { type: 'boolean', description: 'containers go on while dockerd is restarted or dead' },
    'log-max-size': { type: 'string', value: 'SIZE', description: 'a container log is rotated at this size: 50m' },
    'log-max-file': { type: 'string', value: 'COUNT', description: 'so many rotated files are kept: 3' },
    apply: { type: 'boolean', description: 'write, reload and prove; back to the byte if the proof fails' },
    'dry-run': { type: 'boolean', description: 'show the change alone; the default' },
    revert: { type: 'boolean', description: 'back to the file before the last --apply' },
    accept: {
      type: 'string',
      multiple: true,
      value: 'REASON',
      description: 'untried-edits: what others changed in the file, too',
    },
    'docker-socket': { type: 'string', value: 'PATH', description: 'instead of /run/docker.sock' },
    json: shared.json,
    config: shared.config,
  },
  run,
};
