import { isObject, parseObject } from '../../model/json.ts';
import { printable } from '../../model/printable.ts';
import type { Instant } from '../../model/units.ts';
import type { Workload } from './workload.ts';

/**
 * On a workload that a surge has changed: whose it is and how to undo it. Gone with the change itself, in the same patch. The Deployment
 * controller copies it to ReplicaSets, and `kubectl rollout undo` may bring such a copy back: hence the generation.
 */
export const SURGE = 'nodemend.io/surge';
/** A label of the same name, so that the server finds it; of labels of its own a Deployment gives none to its ReplicaSets. */
export const MARK = 'surging';

/** What tells a program that was killed from one that lives. */
export interface SurgeProcess {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  /** Clock ticks after the boot: a PID is given again. */
  readonly started: number;
}

export interface SurgeClaim {
  readonly run: string;
  readonly by: string;
  /** The nodes that are drained in this run. */
  readonly nodes: readonly string[];
  /** Beyond it nobody is at work any more; set anew while somebody is. */
  readonly until: Instant;
  /** Of the workload once it was changed: another one now means that others changed it since. */
  readonly generation: number;
  readonly process?: SurgeProcess;
  readonly scale?: { readonly was: number; readonly set: number };
  readonly roll?: {
    /** The stamp that was there before, and the one that is ours. */
    readonly was: string | null;
    readonly set: string;
    /** The one that is 0 meanwhile. */
    readonly maxUnavailable?: number | string;
    /** Held while it is about to be turned back. */
    readonly paused?: true;
  };
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 500;

function parseProcess(value: unknown): SurgeProcess | undefined {
  if (!isObject(value)) return undefined;
  const { host, boot, pid, started } = value;
  return isText(host) && isText(boot) && isCount(pid) && isCount(started) ? { host, boot, pid, started } : undefined;
}

function parseScale(value: unknown): SurgeClaim['scale'] {
  return isObject(value) && isCount(value.was) && isCount(value.set) ? { was: value.was, set: value.set } : undefined;
}

function parseRoll(value: unknown): SurgeClaim['roll'] {
  if (!isObject(value) || !isText(value.set) || !(value.was === null || isText(value.was))) return undefined;
  const { was, set, maxUnavailable, paused } = value;
  return {
    was,
    set,
    ...(isCount(maxUnavailable) || isText(maxUnavailable) ? { maxUnavailable } : {}),
    ...(paused === true ? { paused } : {}),
  };
}

export function formatClaim({ until, by, ...claim }: SurgeClaim): string {
  return JSON.stringify({ ...claim, by: printable(by, 200), until: new Date(until).toISOString() });
}

/** Undefined: none, or a text that is none of ours. */
export function parseClaim(text: string | undefined): SurgeClaim | undefined {
  const value = text === undefined ? undefined : parseObject(text);
  if (value === undefined) return undefined;
  const { run, by, nodes, until, generation } = value;
  const at = isText(until) ? Date.parse(until) : Number.NaN;
  if (!isText(run) || !isText(by) || Number.isNaN(at) || !isCount(generation)) return undefined;
  if (!Array.isArray(nodes) || !nodes.every(isText)) return undefined;
  const [process, scale, roll] = [parseProcess(value.process), parseScale(value.scale), parseRoll(value.roll)];
  if ((scale === undefined) === (roll === undefined)) return undefined;
  return {
    run,
    by,
    nodes,
    until: at,
    generation,
    ...(process === undefined ? {} : { process }),
    ...(scale === undefined ? {} : { scale }),
    ...(roll === undefined ? {} : { roll }),
  };
}

export const claimOn = ({ metadata }: Pick<Workload, 'metadata'>): SurgeClaim | undefined =>
  parseClaim(metadata.annotations?.[SURGE]);
