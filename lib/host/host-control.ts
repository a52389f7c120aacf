import type { Bytes, Duration } from '../model/units.ts';

/** One thing done to the node. Units only by systemd, processes only by their identity. */
export type ControlRequest =
  /** Queues the job and does not wait for it. */
  | { readonly kind: 'unit'; readonly verb: 'start' | 'restart' | 'reset-failed'; readonly unit: string }
  /** `done`: systemd has taken it in hand. */
  | { readonly kind: 'reboot' }
  /** systemd reads its files anew. */
  | { readonly kind: 'daemon-reload' }
  /** A signal for the unit's main process, sent by systemd. */
  | { readonly kind: 'signal-unit'; readonly unit: string; readonly signal: 'SIGKILL' | 'SIGUSR1' }
  /** Sent only if that PID still started at that tick, looked up right before. */
  | { readonly kind: 'signal-process'; readonly pid: number; readonly startTicks: number; readonly signal: 'SIGKILL' | 'SIGTERM' }
  /** Runs a program as a transient unit, outside of the agent's sandbox and control group; `done` hands over what it printed. */
  | {
      readonly kind: 'program';
      readonly argv: readonly [string, ...string[]];
      readonly within: Duration;
      readonly memory?: Bytes;
    }
  /** The same, only begun: it goes on when the agent ends. With words that systemd 219 has. */
  | { readonly kind: 'begin-program'; readonly unit: string; readonly argv: readonly [string, ...string[]] }
  /** The whole file or nothing: temporary file beside it, fsync, rename. Missing directories are made for root alone. */
  | { readonly kind: 'write-file'; readonly path: string; readonly text: string; readonly mode: number };

export type ControlAnswer =
  | { readonly kind: 'done'; readonly said?: string }
  /** The process has ended, or the PID is another's by now. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'timed-out'; readonly after: Duration }
  /** `why`: as the host said it. `said`: what a program printed before it failed. */
  | { readonly kind: 'failed'; readonly why: string; readonly said?: string };

/** The writing side of the boundary, in the hands of agent/execute.ts alone. Ends by its own deadline; never throws for what a host may do. */
export interface HostControl {
  control(request: ControlRequest): Promise<ControlAnswer>;
}
