import { mkdirSync } from 'node:fs';
import { withSetting } from '../../lib/docker/daemon-json.ts';
import type { MoveJournal } from '../../lib/docker/move-journal.ts';
import { type MoveRefusal, refusalsOf } from '../../lib/docker/preflight.ts';
import type { HostView } from '../../lib/host/host.ts';
import { markerFile } from './config-files.ts';
import { inventoryOf } from './docker-api.ts';
import { writeDurably } from './durable.ts';
import { lookAround, type MoveLook } from './look.ts';
import { probeTarget } from './probe.ts';

export interface MoveRequest {
  readonly to: string;
  readonly accepted: readonly string[];
  readonly checksum: boolean;
  readonly socketPath: string;
}

export interface MovePlan {
  readonly look: MoveLook;
  /** daemon.json as it would be. */
  readonly after: string;
  readonly refusals: readonly MoveRefusal[];
}

/** Reads the host and judges; writes nothing. `last`: the journal of an earlier move, whose copy is gone on with. */
export async function planMove(host: HostView, request: MoveRequest, last: MoveJournal | undefined): Promise<MovePlan> {
  const look = await lookAround(host, request.socketPath, request.to, last);
  const edited = withSetting(look.config.text, look.key, request.to);
  const config = edited.kind === 'text' ? [] : [{ reason: 'daemon-json', message: `${look.config.path}: ${edited.why}` }];
  return {
    look,
    after: edited.kind === 'text' ? edited.text : '',
    refusals: [...refusalsOf(look.facts, request.accepted), ...config],
  };
}

async function modeOf(host: HostView, path: string): Promise<number> {
  const status = await host.fileStatus(path);
  return status.kind === 'status' ? status.mode : 0o644;
}

/** Marks the target as ours, tries its file system, and makes the journal; still nothing of docker's was touched. */
export async function beginMove(
  host: HostView,
  { look, after }: MovePlan,
  request: MoveRequest,
  last: MoveJournal | undefined,
): Promise<MoveJournal> {
  const { to, socketPath, checksum } = request;
  const now = new Date(host.clock.now()).toISOString();
  const id = look.facts.target.ours && last !== undefined ? last.id : `${now}-${process.pid}`;
  // As docker makes it: nobody but root looks inside.
  mkdirSync(to, { recursive: true, mode: 0o710 });
  writeDurably(markerFile(to), `${id}\n`, 0o600);
  if (/^overlay2?$/.test(look.docker.driver)) await probeTarget(host, to);
  return {
    format: 1,
    id,
    startedAt: now,
    updatedAt: now,
    stage: 'hold',
    from: look.from,
    to,
    roots: { before: look.docker.root, after: `${to}${look.suffix}` },
    config: { path: look.config.path, before: look.config.text ?? null, after, mode: await modeOf(host, look.config.path) },
    units: look.units,
    inventory: await inventoryOf(host, socketPath),
    checksum,
    size: look.facts.size,
  };
}
