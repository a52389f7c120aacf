import type {
  ApiAnswer,
  CriAnswer,
  CriRequest,
  FileStatus,
  HostView,
  HttpAnswer,
  HttpRequest,
  IdentityAnswer,
  PathFailure,
  ProcessEntry,
  RunResult,
  UsageAnswer,
} from '../../lib/host/host.ts';

/** A node in memory: what is not named is missing, refused or not found, as on a bare host. */
export interface FakeNode {
  readonly now?: number;
  readonly files?: Readonly<Record<string, string | PathFailure>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly directories?: Readonly<Record<string, readonly string[]>>;
  readonly status?: Readonly<Record<string, Partial<FileStatus>>>;
  readonly usage?: Readonly<Record<string, UsageAnswer>>;
  readonly processes?: readonly Partial<ProcessEntry>[];
  /** Keyed by the words of argv joined with a blank. */
  readonly commands?: Readonly<Record<string, RunResult | string>>;
  /** Keyed by `socketPath url` or `url`. */
  readonly http?: Readonly<Record<string, HttpAnswer | string>> | ((request: HttpRequest) => HttpAnswer);
  readonly cri?: (request: CriRequest) => CriAnswer;
  /** Keyed by path and query. */
  readonly api?: Readonly<Record<string, ApiAnswer>> | ((path: string) => ApiAnswer);
  readonly identity?: IdentityAnswer;
}

const MISSING = { kind: 'missing' } as const;

export const text = (body: string, status = 200): HttpAnswer => ({
  kind: 'response',
  status,
  headers: {},
  body,
  truncated: false,
  took: 3,
});

const processEntry = (entry: Partial<ProcessEntry>): ProcessEntry => ({
  pid: 1,
  parent: 1,
  name: 'init',
  state: 'S',
  threads: 1,
  cpuTicks: 0,
  startTicks: 100,
  kernelThread: false,
  ...entry,
});

/** As in a replay: a pause is over at once, a deadline (the only sleep with a signal) never comes. */
const pauseOnly = (_: number, signal?: AbortSignal) =>
  signal === undefined ? Promise.resolve() : new Promise<void>(() => undefined);

export function fakeNode(node: FakeNode): HostView {
  const now = node.now ?? Date.parse('2026-01-01T00:00:00Z');
  return {
    clock: { now: () => now, monotonic: () => 0, sleep: pauseOnly },
    async readFile(path) {
      const file = node.files?.[path] ?? MISSING;
      return typeof file === 'string' ? { kind: 'text', text: file, truncated: false } : file;
    },
    async readLink(path) {
      const target = node.links?.[path];
      return target === undefined ? MISSING : { kind: 'link', target };
    },
    async listDirectory(path) {
      const names = node.directories?.[path];
      return names === undefined ? MISSING : { kind: 'entries', names };
    },
    async fileStatus(path) {
      const status = node.status?.[path];
      if (status === undefined && node.files?.[path] === undefined) return MISSING;
      return { kind: 'status', is: 'file', size: 0, modifiedAt: now, mode: 0o644, uid: 0, inode: 1, device: 1, ...status };
    },
    fileSystemUsage: async (path) => node.usage?.[path] ?? MISSING,
    processes: async () => ({ kind: 'processes', entries: (node.processes ?? []).map(processEntry), truncated: false }),
    async run(argv) {
      const result = node.commands?.[argv.join(' ')];
      if (result === undefined) return { kind: 'not-found', file: argv[0] };
      return typeof result === 'string' ? { kind: 'exited', code: 0, stdout: result, stderr: '', truncated: false } : result;
    },
    async httpGet(request) {
      if (typeof node.http === 'function') return node.http(request);
      const answer = node.http?.[request.socketPath === undefined ? request.url : `${request.socketPath} ${request.url}`];
      return typeof answer === 'string' ? text(answer) : (answer ?? { kind: 'refused' });
    },
    criCall: async (request) => node.cri?.(request) ?? MISSING,
    async apiGet({ path }) {
      if (typeof node.api === 'function') return node.api(path);
      return node.api?.[path] ?? { kind: 'no-identity', reason: 'no kubeconfig' };
    },
    clusterIdentity: async () => node.identity ?? { kind: 'none', reason: 'no kubeconfig' },
  };
}
