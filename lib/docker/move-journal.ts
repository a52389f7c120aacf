import { isObject, parseObject } from '../model/json.ts';
import type { Inventory } from './inventory.ts';

/** What is done, in this order. Written down before it begins; each may be begun again. */
export const FORWARD = ['hold', 'stop', 'copy', 'verify', 'switch', 'start', 'compare', 'release'] as const;
/** The way back to the old root. */
export const BACK = ['halt', 'restore', 'restart', 'prove', 'let-go'] as const;

export type ForwardStage = (typeof FORWARD)[number];
export type BackStage = (typeof BACK)[number];
export type Stage = ForwardStage | BackStage;

export interface MovedUnits {
  /** The kubelet and what stands between it and docker, in the order in which they are stopped. */
  readonly front: readonly string[];
  /** docker.socket before docker.service: it would start it again. */
  readonly docker: readonly string[];
  /** Of all these: those that ran, and run again afterwards. */
  readonly active: readonly string[];
}

/** Everything that a process which knows nothing else needs to go on, or to go back. */
export interface MoveJournal {
  readonly format: 1;
  /** Also in the marker file of the target: that it is ours, and that its file system is mounted. */
  readonly id: string;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly stage: Stage;
  /** Absent: under way, or killed. */
  readonly outcome?: 'moved' | 'rolled-back' | 'removed';
  /** Why it went back: a sentence fragment. */
  readonly cause?: string;
  readonly from: string;
  readonly to: string;
  /** DockerRootDir before and after. */
  readonly roots: { readonly before: string; readonly after: string };
  readonly config: {
    readonly path: string;
    /** null: there was no file. */
    readonly before: string | null;
    readonly after: string;
    readonly mode: number;
  };
  readonly units: MovedUnits;
  readonly inventory: Inventory;
  /** Contents compared too, not size and time alone. */
  readonly checksum?: boolean;
  /** Allocated bytes and inodes of the old root. */
  readonly size: { readonly bytes: number; readonly inodes: number };
}

export const isBack = (stage: Stage): stage is BackStage => BACK.some((one) => one === stage);

export const isOver = ({ outcome }: MoveJournal): boolean => outcome !== undefined;

/** undefined: not a journal of this version. It is written whole or not at all, so that a broken one was not written by us. */
export function parseJournal(text: string): MoveJournal | undefined {
  const value = parseObject(text);
  if (value?.format !== 1) return undefined;
  const { id, stage, from, to, config, units, inventory, roots } = value;
  const texts = [id, stage, from, to].every((one) => typeof one === 'string');
  const isWhole = texts && [config, units, inventory, roots].every(isObject);
  return isWhole && [...FORWARD, ...BACK].some((one) => one === stage) ? (value as unknown as MoveJournal) : undefined;
}
