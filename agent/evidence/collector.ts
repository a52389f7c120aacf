import type { HostView, RunResult } from '../../lib/host/host.ts';
import type { HostControl } from '../../lib/host/host-control.ts';
import type { Bytes, Duration } from '../../lib/model/units.ts';

export interface EvidenceContext {
  readonly host: HostView;
  /** For the one signal that makes dockerd tell its goroutines. */
  readonly control: HostControl;
  /** Units that the remedy touches. */
  readonly units: readonly string[];
  /** What is left of the time when a collector begins. */
  readonly deadline: Duration;
}

/** One file of an action's evidence. `undefined`: there is nothing to say on this host. */
export interface Collector {
  /** Name of the file. */
  readonly name: string;
  /** Of more than this the end is kept: what happened last says most. */
  readonly most: Bytes;
  collect(context: EvidenceContext): Promise<string | undefined>;
}

export const outputOf = (result: RunResult): string =>
  result.kind === 'exited' || result.kind === 'signalled' || result.kind === 'timed-out'
    ? `${result.stdout}${result.stderr}`
    : `${result.kind}\n`;
