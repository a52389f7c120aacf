import type { Duration, Instant } from '../model/units.ts';

/** In this order; each is brought to its end before the next is begun. */
export const STAGES = ['drain', 'command', 'reboot', 'validate', 'uncordon'] as const;
export type Stage = (typeof STAGES)[number];

/** What was asked for. It never changes while it is carried out. */
export interface MaintainOrder {
  readonly id: string;
  /** The Node's name. */
  readonly node: string;
  /** It is this host; of another one a person does the work. */
  readonly here: boolean;
  /** Who asked, for people to read. */
  readonly by: string;
  readonly at: Instant;
  /** What the annotation of our cordon says, to the letter: known before the cordon, so that a kill between the two loses nothing. */
  readonly owner: string;
  /** Empty: a person does the work. */
  readonly command: readonly string[];
  /** Where the command runs. */
  readonly directory: string;
  readonly reboot: boolean;
  /** As typed: the drain's flags, the configuration. */
  readonly options: Readonly<Record<string, string | boolean>>;
  /** The kubeconfigs that speak for the person, absolute; empty: the node's own. */
  readonly kubeconfigs: readonly string[];
  readonly validation: { readonly stable: Duration; readonly within: Duration };
}

/** Where it stands, on disk before it goes on. */
export interface MaintainRecord {
  readonly order: MaintainOrder;
  readonly stage: Stage;
  /** Boot id of the node when this stage was entered. */
  readonly boot: string;
  /** Whose cordon it is, once it stands; one that stood before is left. */
  readonly cordon?: 'ours' | 'theirs';
  /** Boot id at which the command was about to be begun. */
  readonly begun?: string;
  /** A person's word about a command that failed, or of which nobody knows how it ended. */
  readonly word?: 'rerun' | 'skip';
  /** Why it stands still; absent: it is under way, or was killed. */
  readonly stopped?: { readonly why: string; readonly at: Instant; readonly waiting: boolean };
}

/** Undefined: `stage` was the last one. */
export function nextStage(stage: Stage, { reboot }: Pick<MaintainOrder, 'reboot'>): Stage | undefined {
  const next = STAGES[STAGES.indexOf(stage) + 1];
  return next === 'reboot' && !reboot ? 'validate' : next;
}

export const stagesOf = (order: Pick<MaintainOrder, 'reboot'>): readonly Stage[] =>
  STAGES.filter((stage) => stage !== 'reboot' || order.reboot);

/** The record at the beginning of a stage. */
export function enter(record: MaintainRecord, stage: Stage, boot: string): MaintainRecord {
  const { order, cordon } = record;
  return { order, stage, boot, ...(cordon === undefined ? {} : { cordon }) };
}

/** A person says that it goes on. Who was waited for says with it that the work is done. */
export function resumed({ stopped, word: _old, ...record }: MaintainRecord, word?: MaintainRecord['word']): MaintainRecord {
  const isDone = stopped?.waiting === true && record.stage === 'command' && record.order.command.length === 0;
  const meant = word ?? (isDone ? 'skip' : undefined);
  return { ...record, ...(meant === undefined ? {} : { word: meant }) };
}

/** The Node as far as a maintenance asks for it. */
export interface MaintainedNode {
  readonly unschedulable: boolean;
  /** What the annotation says whose cordon it is. */
  readonly owner: string | undefined;
}

/** Why this maintenance is over although it is not done: somebody else has taken the node in hand. Undefined: it goes on. */
export function overruled(node: MaintainedNode | 'absent', { order, cordon }: MaintainRecord): string | undefined {
  if (node === 'absent') return 'the Node was deleted';
  if (!node.unschedulable) return 'somebody has uncordoned it meanwhile';
  if (cordon === 'ours' && node.owner !== order.owner) return 'somebody else has cordoned it meanwhile';
  return undefined;
}

/** What is known of a command that may have been begun. */
export type CommandState =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'running'; readonly pid: number }
  | { readonly kind: 'ended'; readonly code: number }
  /** It was begun, and nobody knows how it ended. */
  | { readonly kind: 'lost'; readonly why: string };

export interface CommandTraces {
  /** Boot id at which it was to be begun; undefined: it never was. */
  readonly begun: string | undefined;
  readonly boot: string;
  /** What it left behind: its exit status; undefined: nothing. */
  readonly code: number | undefined;
  /** Its process, or the shell that waits for it. */
  readonly pid: number | undefined;
  /** The shell has come to life at all. */
  readonly hasBegun: boolean;
}

export function judgeCommand({ begun, boot, code, pid, hasBegun }: CommandTraces): CommandState {
  if (begun === undefined) return { kind: 'fresh' };
  if (code !== undefined) return { kind: 'ended', code };
  if (begun !== boot) return { kind: 'lost', why: 'the host went down while it ran' };
  if (pid !== undefined) return { kind: 'running', pid };
  return hasBegun ? { kind: 'lost', why: 'it was killed' } : { kind: 'fresh' };
}
