import type { HostView } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { type NodeDaemon, nodeDaemons } from '../runtime/node-daemons.ts';

export type HostFiles =
  | { readonly kind: 'counted'; readonly open: number; readonly limit: number }
  | { readonly kind: 'unreadable'; readonly why: string };

export interface DaemonFiles {
  readonly daemon: NodeDaemon;
  /** Entries of its descriptor table in use; with `exact: false` the size of the table, which is at least as much. */
  readonly open: number;
  readonly exact: boolean;
  /** Soft limit; Infinity: none. */
  readonly limit: number;
}

export interface OpenFiles {
  readonly host: HostFiles;
  readonly daemons: readonly DaemonFiles[];
  /** Daemons that could not be counted, and why. */
  readonly unknown: readonly { readonly daemon: NodeDaemon; readonly why: string }[];
}

/** /proc/sys/fs/file-nr: handles in use, 0, limit. */
export function parseFileNr(text: string): HostFiles {
  const [, open, limit] = /^(\d+)\s+\d+\s+(\d+)\s*$/.exec(text) ?? [];
  if (open === undefined || limit === undefined) return { kind: 'unreadable', why: 'unknown format' };
  return { kind: 'counted', open: Number(open), limit: Number(limit) };
}

/** Soft limit "Max open files" of /proc/PID/limits. */
export function parseOpenFilesLimit(text: string): number | undefined {
  const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(text)?.[1];
  if (soft === undefined) return undefined;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

/** Slots of the descriptor table, from /proc/PID/status: it grows by doubling and never shrinks. */
export function parseTableSize(text: string): number | undefined {
  const size = /^FDSize:\s*(\d+)$/m.exec(text)?.[1];
  return size === undefined ? undefined : Number(size);
}

async function readDaemon(host: HostView, daemon: NodeDaemon): Promise<DaemonFiles | { daemon: NodeDaemon; why: string }> {
  const [limits, status] = await Promise.all([
    host.readFile(`/proc/${daemon.pid}/limits`),
    host.readFile(`/proc/${daemon.pid}/status`),
  ]);
  const limit = limits.kind === 'text' ? parseOpenFilesLimit(limits.text) : undefined;
  if (limit === undefined) return { daemon, why: limits.kind === 'text' ? 'unknown format' : explainPathFailure(limits) };
  const size = status.kind === 'text' ? parseTableSize(status.text) : undefined;
  // A table with few slots needs no counting: listing a hundred thousand descriptors costs, and needs root.
  if (size !== undefined && size <= limit / 2) return { daemon, open: size, exact: false, limit };
  const descriptors = await host.listDirectory(`/proc/${daemon.pid}/fd`);
  if (descriptors.kind === 'entries') return { daemon, open: descriptors.names.length, exact: true, limit };
  return { daemon, why: explainPathFailure(descriptors) };
}

async function readOpenFiles(host: HostView, { use }: ReadContext): Promise<OpenFiles> {
  const fileNr = await host.readFile('/proc/sys/fs/file-nr');
  const files = await Promise.all((await use(nodeDaemons)).map((daemon) => readDaemon(host, daemon)));
  return {
    host: fileNr.kind === 'text' ? parseFileNr(fileNr.text) : { kind: 'unreadable', why: explainPathFailure(fileNr) },
    daemons: files.filter((entry) => 'open' in entry),
    unknown: files.filter((entry) => 'why' in entry),
  };
}

/** File handles of the host and descriptors of its daemons, against their limits. */
export const openFiles = defineSource<OpenFiles>({ id: 'open-files', deadline: seconds(6), read: readOpenFiles });
