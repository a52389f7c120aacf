import { DROP_INS, formatProblem, loadConfig, MAIN_FILE } from '../lib/config/load.ts';
import type { AgentConfig, ConfigSchema } from '../lib/config/schema.ts';
import type { HostView } from '../lib/host/host.ts';
import type { ConfigurationState } from '../lib/model/snapshot.ts';
import type { EventReporter } from '../lib/reporters/event.ts';
import type { Log } from '../lib/reporters/log.ts';

export interface ReloadParts {
  readonly host: HostView;
  /** Made anew for each reading: it is large, and readings are rare. */
  readonly schema: () => ConfigSchema;
  /** The file that was named on the command line; undefined: the main file and its drop-ins. */
  readonly file: string | undefined;
  /** Puts a good one in force; returns the keys that need a restart of the agent. */
  apply(config: AgentConfig): readonly string[];
  /** Once for every configuration that was read, whatever came of it. */
  tell(state: ConfigurationState): void;
}

/** Reads the configuration again when a file of it has changed; a bad one changes nothing. */
export interface Reload {
  readonly state: ConfigurationState;
  /** Cheap while nothing has changed: a few stats, no watcher that would have to be kept. */
  tend(): Promise<void>;
  /** Whether or not anything seems to have changed. */
  now(): Promise<void>;
}

async function stampOf(host: HostView, file: string | undefined): Promise<string> {
  const drops = file === undefined ? await host.listDirectory(DROP_INS) : undefined;
  const names = drops?.kind === 'entries' ? drops.names.map((name) => `${DROP_INS}/${name}`) : [];
  const files = [file ?? MAIN_FILE, ...names];
  const states = await Promise.all(files.map((path) => host.fileStatus(path)));
  // With the inode's own time: a file moved into place may be older than the one before.
  return states
    .map((state, index) =>
      state.kind === 'status'
        ? [files[index], state.inode, state.size, state.modifiedAt, state.changedAt].join()
        : `${files[index]},${state.kind}`,
    )
    .join('\n');
}

export async function openReload({ host, schema, file, apply, tell }: ReloadParts): Promise<Reload> {
  const time = () => new Date(host.clock.now()).toISOString();
  let state: ConfigurationState = { state: 'applied', at: time(), restartFor: [] };
  let stamp = await stampOf(host, file);
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    stamp = await stampOf(host, file);
    const result = await loadConfig(host, schema(), file);
    state =
      result.kind === 'valid'
        ? { state: 'applied', at: time(), restartFor: apply(result.config) }
        : { state: 'rejected', at: time(), restartFor: state.restartFor, why: result.problems.map(formatProblem).join('; ') };
    tell(state);
  }

  function now(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  return {
    get state() {
      return state;
    },
    async tend() {
      if ((await stampOf(host, file)) !== stamp) await now();
    },
    now,
  };
}

export interface Told {
  readonly log: Log;
  readonly say: EventReporter['say'];
}

/** Into the log and as an event about the Node; status and metrics have it from the state. */
export function tellConfiguration({ state, why, restartFor }: ConfigurationState, { log, say }: Told): void {
  if (state === 'rejected') {
    log.error({ why }, 'configuration rejected, the one before still holds');
    const message = `the configuration is wrong, the one before still holds: ${why}`;
    say({ type: 'Warning', reason: 'ConfigurationRejected', message, key: 'configuration rejected' });
    return;
  }
  const rest = restartFor.length === 0 ? '' : `; with a restart of the agent: ${restartFor.join(', ')}`;
  log.info({ restartFor }, 'configuration applied');
  say({
    type: 'Normal',
    reason: 'ConfigurationApplied',
    message: `the configuration was applied${rest}`,
    key: 'configuration applied',
  });
}
