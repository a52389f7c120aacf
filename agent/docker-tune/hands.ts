import type { Duration } from '../../lib/model/units.ts';

/** The running docker, as it answers. */
export interface DockerSays {
  readonly pid: number;
  readonly startTicks: number;
  readonly liveRestore: boolean;
}

/** What one change keeps, from before its first step on. */
export interface TuneJournal {
  readonly version: 1;
  readonly state: 'under-way' | 'applied' | 'rolled-back' | 'reverted';
  /** Where an interrupted run was heading. */
  readonly going: 'forward' | 'back';
  readonly at: string;
  readonly path: string;
  readonly mode: number;
  /** null: there was no file. */
  readonly before: string | null;
  readonly after: string;
  readonly wantsLiveRestore: boolean;
  readonly hadLiveRestore: boolean;
  /** The file before held edits that no docker had read. */
  readonly hadUntriedEdits: boolean;
}

/** All that a change does to the host, so that each of it can fail in a test. Failures throw. */
export interface TuneHands {
  readText(path: string): string | undefined;
  write(path: string, text: string, mode: number): void;
  remove(path: string): void;
  saveJournal(journal: TuneJournal): void;
  /** What dockerd says of the text: undefined when it has nothing against it, or cannot be asked. */
  objection(text: string): Promise<string | undefined>;
  /** SIGHUP through systemd; never a restart. */
  reload(): Promise<void>;
  docker(): Promise<DockerSays>;
  /** What docker's own log says of the reload since then; undefined: not yet. */
  reloadReported(since: number): Promise<{ readonly ok: boolean; readonly line: string } | undefined>;
  /** Tells the agent that this file is no untried one. */
  recordReload(docker: DockerSays, path: string): Promise<void>;
  now(): number;
  sleep(duration: Duration): Promise<void>;
}
