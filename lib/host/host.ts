import type { Bytes, Duration, Instant } from '../model/units.ts';

/**
 * THE boundary to the node. Every answer is a value with a `kind`; nothing here throws for what a host may do,
 * and every call ends by its own deadline, whatever hangs behind it.
 */

export interface Clock {
  /** Wall clock. */
  now(): Instant;
  /** Milliseconds since an arbitrary point; never jumps. */
  monotonic(): Duration;
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
  /** Calls `ring` after a time unless it is called off, by what is returned: a deadline that costs next to nothing when it is kept. */
  alarm?(after: Duration, ring: () => void): () => void;
}

/** Why a path gave nothing. `not-a-file`: it is of another kind (`is`), and was not read because it could block. */
export type PathFailure =
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'not-a-file'; readonly is: string }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'timed-out'; readonly after: Duration };

export type FileAnswer = { readonly kind: 'text'; readonly text: string; readonly truncated: boolean } | PathFailure;

export type LinkAnswer = { readonly kind: 'link'; readonly target: string } | PathFailure;

export type DirectoryAnswer = { readonly kind: 'entries'; readonly names: readonly string[] } | PathFailure;

export interface FileStatus {
  readonly kind: 'status';
  readonly is: 'file' | 'directory' | 'socket' | 'fifo' | 'device' | 'other';
  readonly size: Bytes;
  readonly modifiedAt: Instant;
  /** Last change of the inode (ctime), so that a file moved into place with its old modification time is seen. */
  readonly changedAt?: Instant;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly inode: number;
  readonly device: number;
}
export type StatusAnswer = FileStatus | PathFailure;

export interface FileSystemUsage {
  readonly kind: 'usage';
  readonly bytes: Bytes;
  /** Free for an unprivileged user (statfs f_bavail), as the kubelet counts. */
  readonly bytesAvailable: Bytes;
  readonly inodes: number;
  readonly inodesFree: number;
  /** Device number of the filesystem: equal for two paths on one filesystem. */
  readonly device: number;
}
export type UsageAnswer = FileSystemUsage | PathFailure;

/** One task of the process table, from /proc/PID/stat (proc(5)). */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** Thread id when threads were asked for and this is not the main thread. */
  readonly thread?: number;
  /** At most 15 bytes, chosen by the process itself: never a proof of identity. */
  readonly name: string;
  /** R S D T t Z X I. */
  readonly state: string;
  readonly threads: number;
  /** utime + stime, in clock ticks (1/100 s). */
  readonly cpuTicks: number;
  /** Clock ticks since boot. */
  readonly startTicks: number;
  readonly kernelThread: boolean;
}
export type ProcessesAnswer =
  | { readonly kind: 'processes'; readonly entries: readonly ProcessEntry[]; readonly truncated: boolean }
  | PathFailure;

/** A non-zero exit or a timeout is an answer. Output beyond `maxBytes` is cut. */
export type RunResult =
  | {
      readonly kind: 'exited';
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly truncated: boolean;
    }
  | { readonly kind: 'signalled'; readonly signal: string; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'timed-out'; readonly after: Duration; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'not-found'; readonly file: string }
  | { readonly kind: 'failed'; readonly code: string };

export interface RunOptions {
  readonly deadline: Duration;
  readonly maxBytes?: Bytes;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Why a server gave nothing. `backlog-full` (EAGAIN): it listens and does not accept – hung, not down. */
export type ConnectFailure =
  | { readonly kind: 'refused' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'backlog-full' }
  | { readonly kind: 'timed-out'; readonly after: Duration; readonly connected: boolean }
  | { readonly kind: 'failed'; readonly code: string };

export interface HttpRequest {
  /** `http://localhost/_ping` with a socketPath; `https://127.0.0.1:10250/healthz` without. */
  readonly url: string;
  readonly socketPath?: string;
  readonly deadline: Duration;
  readonly maxBytes?: Bytes;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * TLS only. `unverified`: no credential may be sent. `cluster`: the answerer must hold a certificate of the cluster's CA
   * or the kubelet's own file; the agent's credential is sent.
   */
  readonly tls?: 'unverified' | 'cluster';
  /** In place of `tls`: a file of PEM; an authority in it must have signed the answerer's certificate, for the name of the URL. */
  readonly authorities?: string;
  /** Without TLS: the connection of the last such request may be used again, for some time. */
  readonly kept?: boolean;
}

export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly truncated: boolean;
  readonly took: Duration;
}

export type HttpAnswer =
  | HttpResponse
  | { readonly kind: 'untrusted'; readonly reason: string }
  | { readonly kind: 'no-identity'; readonly reason: string }
  | ConnectFailure;

/** One unary CRI call; `request` and `response` are JSON-shaped messages with protobuf's field names in camelCase. */
export interface CriRequest {
  /** Path of the unix socket. */
  readonly socketPath: string;
  readonly service: 'RuntimeService' | 'ImageService';
  readonly method: string;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly deadline: Duration;
  /** The connection of the last such call may be used again, for some time. */
  readonly kept?: boolean;
}
export type CriAnswer =
  | {
      readonly kind: 'response';
      readonly version: 'v1' | 'v1alpha2';
      readonly response: Readonly<Record<string, unknown>>;
      readonly took: Duration;
    }
  | { readonly kind: 'grpc-error'; readonly code: number; readonly message: string }
  | ConnectFailure;

/** GET at the API server with the identity that was discovered. `path` includes the query. */
export interface ApiRequest {
  readonly path: string;
  readonly deadline: Duration;
  /** Names and labels alone: a Node is 20 KB and more. */
  readonly metadataOnly?: boolean;
}
export type ApiAnswer =
  | {
      readonly kind: 'response';
      readonly status: number;
      /** Parsed JSON; of an answer that is none, its first characters. */
      readonly body: unknown;
      readonly took: Duration;
      /** The server's own clock (Date header, whole seconds). */
      readonly date?: Instant;
      /** How long it asks to be left alone. */
      readonly retryAfter?: Duration;
    }
  | { readonly kind: 'untrusted'; readonly reason: string }
  | { readonly kind: 'no-identity'; readonly reason: string }
  | ConnectFailure;

/** Which credential this host has for its cluster, and the node's name that follows from it; never the credential itself. */
export interface ClusterIdentity {
  readonly kind: 'identity';
  /** `option`: --kubeconfig; `own`: /etc/nodemend/kubeconfig; `kubelet`: the one it was started with; `well-known`: a distribution's place. */
  readonly origin: 'option' | 'own' | 'kubelet' | 'well-known';
  /** The kubeconfig. */
  readonly file: string;
  readonly server: string;
  readonly credential: 'certificate' | 'token' | 'exec' | 'none';
  /** As the API server will call it: `system:node:web-1`; absent when the credential does not tell. */
  readonly user?: string;
  readonly expiresAt?: Instant;
  readonly nodeName: string;
  readonly nodeNameFrom: 'configuration' | 'credential' | 'hostname-override' | 'hostname';
}
/** `none`: no kubeconfig anywhere, so not joined to a cluster. `unusable`: there is one, and it could not be used. */
export type IdentityAnswer =
  | ClusterIdentity
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'unusable'; readonly file: string; readonly reason: string };

/** Read-only view of the node: all that sources ever see. */
export interface HostView {
  readonly clock: Clock;
  /** Reads at most `maxBytes` (default 1 MiB) of a regular file. /proc, /sys and local files only; foreign mounts through fileSystemUsage. */
  readFile(path: string, options?: { readonly maxBytes?: Bytes; readonly deadline?: Duration }): Promise<FileAnswer>;
  readLink(path: string): Promise<LinkAnswer>;
  /** Names in byte order. */
  listDirectory(path: string): Promise<DirectoryAnswer>;
  fileStatus(path: string): Promise<StatusAnswer>;
  /** statfs in a child where the path may hang, so that a dead mount costs a child and not a thread. */
  fileSystemUsage(path: string, options?: { readonly mayHang?: boolean; readonly deadline?: Duration }): Promise<UsageAnswer>;
  /** The process table in one pass over /proc; with `threads` every task of every process. */
  processes(options?: { readonly threads?: boolean }): Promise<ProcessesAnswer>;
  run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult>;
  httpGet(request: HttpRequest): Promise<HttpAnswer>;
  criCall(request: CriRequest): Promise<CriAnswer>;
  apiGet(request: ApiRequest): Promise<ApiAnswer>;
  clusterIdentity(): Promise<IdentityAnswer>;
}
