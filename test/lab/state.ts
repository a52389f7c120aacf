import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from './error.ts';
import type { Runtime } from './host.ts';
import { labDirectory } from './paths.ts';

/** What `up` was asked for and decided; written before anything else of the lab exists. */
export interface LabState {
  readonly name: string;
  readonly phase: 'coming up' | 'up';
  /** The process that brings it up. */
  readonly upPid: number;
  readonly startedAt: string;
  readonly runtime: Runtime;
  readonly nodes: number;
  readonly liveRestore: boolean;
  /** Sizes as mkfs takes them; the runtime's is "none" for a directory of the machine's own filesystem. */
  readonly kubeletDisk: string;
  readonly kubeletInodes: number;
  readonly runtimeDisk: string;
  /** First three numbers of the lab's network: `10.213.0`. */
  readonly subnet: string;
  readonly binaries: string;
  readonly kubeletVersion: string;
  /** Flags besides the lab's own. */
  readonly controllerManagerArgs?: readonly string[];
  readonly apiServerArgs?: readonly string[];
}

const stateFile = (lab: string): string => join(labDirectory(lab), 'lab.json');

export function writeState(state: LabState): void {
  mkdirSync(labDirectory(state.name), { recursive: true, mode: 0o755 });
  const file = stateFile(state.name);
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function readState(lab: string): LabState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(lab), 'utf8')) as LabState;
  } catch {
    return undefined;
  }
}

/** The state of a lab that is up, or an error that says what to type. */
export function requireState(lab: string): LabState {
  const state = readState(lab);
  if (state === undefined) throw new LabError(`no lab "${lab}" is up; type: sudo npm run lab -- up`);
  return state;
}

/** The machine's address on the lab's bridge. */
export const gatewayOf = (state: LabState): string => `${state.subnet}.1`;
export const addressOf = (state: LabState, index: number): string => `${state.subnet}.${10 + index}`;
export const apiServerOf = (state: LabState): string => `https://${gatewayOf(state)}:6443`;

/** 20 of `v1.20.2`. */
export const minorOf = (version: string): number => Number(/^v1\.(\d+)\./.exec(version)?.[1] ?? Number.NaN);
