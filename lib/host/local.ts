import { type Duration, seconds } from '../model/units.ts';
import { fileStatus, fileSystemUsage, listDirectory, readFile, readLink } from './files.ts';
import type {
  ApiAnswer,
  ApiRequest,
  Clock,
  CriAnswer,
  CriRequest,
  HostView,
  HttpAnswer,
  HttpRequest,
  IdentityAnswer,
  UsageAnswer,
} from './host.ts';
import { httpGet } from './http.ts';
import { readProcesses } from './processes.ts';
import { run } from './run.ts';
import { verifiedGet } from './verified-get.ts';

/** What needs the cluster's identity; composed in, because lib/host knows nothing of Kubernetes. */
export interface ClusterAccess {
  apiGet(request: ApiRequest): Promise<ApiAnswer>;
  /** GET with the agent's credential, only from a server that holds a certificate of the cluster. */
  trustedGet(request: HttpRequest): Promise<HttpAnswer>;
  clusterIdentity(): Promise<IdentityAnswer>;
}

interface Sleepers {
  readonly stops: Set<() => void>;
  readonly wake: () => void;
}

/** Who sleeps until a signal. One listener serves all of them: to come and go with each sleep costs a daemon more than the sleep. */
const sleepers = new WeakMap<AbortSignal, Sleepers>();

function sleepersUntil(signal: AbortSignal): Sleepers {
  const known = sleepers.get(signal);
  if (known !== undefined) return known;
  const stops = new Set<() => void>();
  const wake = () => {
    for (const stop of stops) stop();
  };
  const fresh = { stops, wake };
  sleepers.set(signal, fresh);
  return fresh;
}

/** While nobody sleeps there is no listener: it would keep a signal made by AbortSignal.any() for as long as its sources live. */
function lieDown(signal: AbortSignal, stop: () => void): void {
  const { stops, wake } = sleepersUntil(signal);
  if (stops.size === 0) signal.addEventListener('abort', wake, { once: true });
  stops.add(stop);
}

function getUp(signal: AbortSignal, stop: () => void): void {
  const { stops, wake } = sleepersUntil(signal);
  stops.delete(stop);
  if (stops.size === 0) signal.removeEventListener('abort', wake);
}

/** node:timers/promises makes two errors, stack and all, of every sleep that is cut short: of every deadline that was kept. */
function sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => {
    clearTimeout(timer);
    reject(signal?.reason);
  };
  const timer = setTimeout(() => {
    if (signal !== undefined) getUp(signal, stop);
    resolve();
  }, duration);
  if (signal !== undefined) lieDown(signal, stop);
  return promise;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
  alarm(after, ring) {
    const timer = setTimeout(ring, after);
    return () => clearTimeout(timer);
  },
};

/** statfs in a child that is killed at its deadline: a dead NFS or FUSE mount would hold a thread of ours for ever. */
async function usageInChild(path: string, deadline: Duration): Promise<UsageAnswer> {
  const result = await run(['stat', '-f', '-c', '%S %b %a %c %d', '--', path], { deadline });
  if (result.kind === 'timed-out') return { kind: 'timed-out', after: deadline };
  if (result.kind !== 'exited') return { kind: 'failed', code: result.kind };
  if (result.code !== 0) return { kind: 'failed', code: result.stderr.trim().split(': ').at(-1) ?? '' };
  const [size = 0, blocks = 0, available = 0, inodes = 0, inodesFree = 0] = result.stdout.trim().split(' ').map(Number);
  return { kind: 'usage', bytes: blocks * size, bytesAvailable: available * size, inodes, inodesFree, device: 0 };
}

export function localHost(cluster: ClusterAccess, criCall: (request: CriRequest) => Promise<CriAnswer>): HostView {
  return {
    clock: systemClock,
    readFile,
    readLink,
    listDirectory,
    fileStatus,
    fileSystemUsage: (path, options = {}) =>
      options.mayHang === true ? usageInChild(path, options.deadline ?? seconds(2)) : fileSystemUsage(path, options.deadline),
    processes: async (options = {}) => readProcesses(options.threads === true),
    run,
    httpGet(request) {
      if (request.authorities !== undefined) return verifiedGet(request, request.authorities);
      return request.tls === 'cluster' ? cluster.trustedGet(request) : httpGet(request);
    },
    criCall,
    apiGet: cluster.apiGet,
    clusterIdentity: cluster.clusterIdentity,
  };
}
