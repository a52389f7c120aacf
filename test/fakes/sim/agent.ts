import { join } from 'node:path';
import { agentSchema } from '../../../agent/configuration.ts';
import { startDaemon } from '../../../agent/daemon.ts';
import type { Daemon } from '../../../agent/daemon-parts.ts';
import type { Fleet, FleetParts } from '../../../agent/fleet.ts';
import { composeReporters } from '../../../agent/reporters.ts';
import type { AgentConfig } from '../../../lib/config/schema.ts';
import type { ClusterClient } from '../../../lib/kube/client.ts';
import { type Disk, localDisk } from '../../../lib/ledger/disk.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import type { Moment } from '../../../lib/model/incident.ts';
import type { Reporter, Snapshot } from '../../../lib/model/snapshot.ts';
import type { SimNode } from './node.ts';

/** One line of the agent's log. */
export interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface AgentOptions {
  /** Holds `var` and `run`. */
  readonly root: string;
  readonly cluster: ClusterClient;
  /** By default those of the runtime and the kubelet, each as it is. */
  readonly checks?: Readonly<Record<string, unknown>> | 'all';
  /** The rest of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly boot?: string;
  /** How the other nodes are asked; absent: nobody asks. */
  readonly fleet?: (own: Pick<FleetParts, 'clock' | 'entries' | 'moment' | 'limits'>) => Fleet;
  readonly disk?: Disk;
  /** Everything that needs doing before the loop runs, as in agent/commands/agent.ts. */
  readonly reporters?: readonly Reporter[];
}

/** A running agent: the daemon's own code above the host's boundary. */
export interface SimAgent {
  readonly daemon: Daemon;
  readonly ledger: Ledger;
  readonly log: readonly Line[];
  /** What it last told its reporters. */
  latest(): Snapshot | undefined;
  /** The metrics page. */
  metrics(): string;
  /** As SIGTERM does. */
  end(): void;
  /** As SIGKILL does: nothing it asked for ever comes back to it. */
  kill(): void;
}

const WATCHED = ['container-runtime', 'kubelet-health', 'pleg-health'];

let schema: ReturnType<typeof agentSchema> | undefined;

function simConfig({ root, checks = {}, config = {} }: AgentOptions): AgentConfig {
  // Made once: a tenth of what a simulated agent costs.
  schema ??= agentSchema();
  const off = Object.keys(schema.parse({}).checks).filter((id) => !WATCHED.includes(id));
  const chosen = checks === 'all' ? {} : { ...Object.fromEntries(off.map((id) => [id, { enabled: false }])), ...checks };
  const directories = { stateDirectory: join(root, 'var'), runtimeDirectory: join(root, 'run') };
  return schema.parse({ checks: chosen, ...directories, ...config });
}

/** What a process holds of the world: after its end nothing comes back from it. */
function mortal() {
  let dead = false;
  const never = new Promise<never>(() => undefined);
  const open: { close(): Promise<void> }[] = [];
  return {
    end() {
      dead = true;
      for (const file of open) void file.close().catch(() => undefined);
    },
    of<World extends object>(world: World): World {
      return new Proxy(world, {
        get(target, name, receiver) {
          const call = Reflect.get(target, name, receiver);
          if (typeof call !== 'function' || name === 'now' || name === 'monotonic') return call;
          return (...words: unknown[]) => {
            const answer = dead ? never : call.apply(target, words);
            if (!(answer instanceof Promise)) return answer;
            return answer.then(
              (value) => {
                if (value instanceof Object && 'close' in value) open.push(value);
                return dead ? never : value;
              },
              () => (dead ? never : answer),
            );
          };
        },
      });
    },
  };
}

export async function startAgent(node: SimNode, options: AgentOptions): Promise<SimAgent> {
  const { boot = 'boot-a', disk = localDisk } = options;
  const life = mortal();
  const [host, control, cluster] = [
    life.of({ ...node.host, clock: life.of(node.host.clock) }),
    life.of(node.control),
    life.of(options.cluster),
  ];
  const config = simConfig(options);
  const moment = (): Moment & { readonly at: number } => ({ at: host.clock.now(), boot, up: node.up() });
  const ledger = await openLedger({
    directory: join(config.stateDirectory, 'ledger'),
    runtimeDirectory: join(config.runtimeDirectory, 'ledger'),
    clock: moment,
    keep: 3_600_000,
    disk: life.of(disk),
  });
  const log: Line[] = [];
  const say = (level: Line['level']) => (fields: Line['fields'], message: string) => void log.push({ level, message, fields });
  const told = { info: say('info'), warn: say('warn'), error: say('error') };
  const random = () => 0.5;
  const { all, metrics, switches } = await composeReporters({
    node: { host, cluster },
    config,
    version: '0.0.0',
    log: told,
    random,
  });
  const ended = new AbortController();
  let latest: Snapshot | undefined;
  const ear: Reporter = {
    id: 'ear',
    async report({ snapshot }) {
      latest = snapshot;
    },
  };
  const { guards } = config;
  const own = {
    clock: host.clock,
    entries: () => ledger.entries,
    moment,
    limits: () => ({ ...guards.fleet, ...guards.breaker }),
  };
  const fleet = options.fleet === undefined ? {} : { fleet: options.fleet(own) };
  const daemon = await startDaemon({
    ...fleet,
    host,
    control,
    config,
    version: '0.0.0',
    node: 'node-a',
    ledger,
    moment,
    reporters: [...all, ear, ...(options.reporters ?? [])],
    switches,
    signal: ended.signal,
    random,
  });
  return { daemon, ledger, log, latest: () => latest, metrics: () => metrics.text(), end: () => ended.abort(), kill: life.end };
}
