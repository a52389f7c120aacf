import type { CommandState, MaintainedNode, MaintainRecord } from '../../lib/maintain/record.ts';
import type { Instant } from '../../lib/model/units.ts';
import type { Uncordoned } from '../reboot/uncordon.ts';
import type { MaintainJournal } from './journal.ts';

/** How a look at the API server went. */
export type NodeSeen = { readonly kind: 'seen'; readonly node: MaintainedNode } | { readonly kind: 'absent' } | Unseen;
export interface Unseen {
  readonly kind: 'unseen';
  readonly why: string;
}

/** `stopped`: it did not come to its end; sentence fragment. */
export type Done = { readonly kind: 'done' } | Stopped;
export interface Stopped {
  readonly kind: 'stopped';
  readonly why: string;
}
/** Somebody else has taken the node in hand. */
export interface Overruled {
  readonly kind: 'overruled';
  readonly why: string;
}

/** Everything a maintenance does to a node and to the cluster; fakes stand in for it in the tests. */
export interface MaintainHands {
  readonly journal: MaintainJournal;
  now(): Instant;
  /** Of the node; of another host as its kubelet last said, and empty where nobody says. */
  boot(): Promise<string>;
  node(record: MaintainRecord): Promise<NodeSeen>;
  /** Cordon and drain; a drain that was begun before is begun anew. */
  drain(record: MaintainRecord, signal: AbortSignal): Promise<Done | Overruled>;
  readonly command: {
    look(record: MaintainRecord): Promise<CommandState>;
    /** Forgets what an earlier run of it left. */
    clean(record: MaintainRecord): Promise<void>;
    run(record: MaintainRecord): Promise<CommandState>;
    /** Resolves when one that a killed run began has ended. */
    awaitEnd(record: MaintainRecord, signal: AbortSignal): Promise<CommandState>;
  };
  /** True: a person at the terminal says that the work is done; undefined: nobody is there. */
  askPerson(record: MaintainRecord): Promise<boolean | undefined>;
  /** What stands between the host and its reboot within the last second. */
  lookBeforeReboot(record: MaintainRecord): Promise<readonly string[]>;
  /** So that it goes on by itself after the boot. */
  arm(record: MaintainRecord): Promise<Done>;
  disarm(): Promise<void>;
  /** Resolves only if the host does not go down, or somebody wants it to end. */
  reboot(record: MaintainRecord, signal: AbortSignal): Promise<'interrupted' | Stopped>;
  /** Another host: until its boot id is another. */
  awaitReboot(record: MaintainRecord, signal: AbortSignal): Promise<'rebooted' | 'interrupted'>;
  /** Until everything has been well for long enough. */
  validate(record: MaintainRecord, signal: AbortSignal): Promise<Done>;
  uncordon(record: MaintainRecord): Promise<Uncordoned>;
}

/** One sentence for whoever waits. */
export type Say = (text: string) => void;
