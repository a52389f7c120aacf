import type { Hold } from './guard.ts';
import type { Moment } from './incident.ts';
import type { ProcessIdentity } from './remedy.ts';

/** A file of a change that a restart is meant to apply: exactly these bytes are expected there, and nothing else. */
export interface OwnFile {
  readonly path: string;
  /** SHA-256 in hexadecimal; null: the file is to be gone. */
  readonly digest: string | null;
  /** Of its directory, right after the change: what somebody else put there since makes it newer. */
  readonly directoryModifiedAt?: number;
}

/** A restart of the kubelet that applies a change of its thresholds, or takes it back. */
export interface RestartOrder {
  readonly unit: string;
  readonly own: readonly OwnFile[];
  /** Guards are for what is new: a way back is always open. */
  readonly undo: boolean;
  /** A kubelet that was started for the same purpose and proved: its youth is no reason to wait. */
  readonly proved?: ProcessIdentity;
  readonly why: string;
}

/** What a person may ask of the running agent; through files that only root can write. */
export type AgentRequest =
  /** Forgive the attempts against a problem type, of one subject or of all; `breaker`: close it. */
  | { readonly do: 'reset'; readonly of: string; readonly subject?: string }
  /** Run this rung for this problem now: the person vouches that it persists, every other guard holds. */
  | { readonly do: 'repair'; readonly type: string; readonly subject?: string; readonly remedy: string }
  /** The remedy restart-kubelet for files that were just changed on purpose. */
  | ({ readonly do: 'restart-kubelet' } & RestartOrder);

/** As it lies in the request directory. A request of another boot, or an old one, was meant for another situation. */
export interface RequestFile extends Moment {
  readonly kind: 'AgentRequest';
  readonly id: string;
  /** Who, as far as the host tells. */
  readonly by: string;
  readonly request: AgentRequest;
}

/** What comes of it, line by line. `text`: a sentence. The last one is an `end`. */
export type RequestNews =
  | { readonly kind: 'step'; readonly text: string }
  | {
      readonly kind: 'end';
      /** `held`: guards stand against it. `nothing`: there is nothing to be done. `failed`: done, and it did not help. */
      readonly outcome: 'done' | 'held' | 'nothing' | 'failed' | 'refused';
      readonly text: string;
      readonly holds?: readonly Hold[];
    };

export type RequestEnd = Extract<RequestNews, { readonly kind: 'end' }>;

export type SayNews = (news: RequestNews) => void;
