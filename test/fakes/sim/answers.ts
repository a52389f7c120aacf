import type { CriAnswer, CriRequest, HttpAnswer, HttpRequest } from '../../../lib/host/host.ts';
import type { Duration } from '../../../lib/model/units.ts';
import { plegMetricsText } from '../pleg.ts';
import type { SimUnit } from './units.ts';

const response = (body: string, status = 200): HttpAnswer => ({
  kind: 'response',
  status,
  headers: { 'api-version': '1.41' },
  body,
  truncated: false,
  took: 3,
});

/** What dockerd serves; undefined: it owes the answer. */
export function askDocker({ activeState, mood }: SimUnit, { url }: HttpRequest, containers: string): HttpAnswer | undefined {
  if (activeState !== 'active') return { kind: 'refused' };
  if (mood !== 'well') return undefined;
  if (url.endsWith('/_ping')) return response('OK');
  if (url.endsWith('/info')) {
    const info = { LiveRestoreEnabled: true, DockerRootDir: '/var/lib/docker', ContainersRunning: 1, ServerVersion: '20.10.24' };
    return response(JSON.stringify(info));
  }
  if (url.includes('/containers/json')) return response(containers);
  return response('{}');
}

/** What containerd answers behind docker. */
export function askContainerd({ activeState, mood }: SimUnit, { method }: CriRequest): CriAnswer | undefined {
  if (activeState !== 'active') return { kind: 'refused' };
  if (mood !== 'well') return undefined;
  const body = method === 'Version' ? { runtimeName: 'containerd', runtimeVersion: '1.6.20' } : {};
  return { kind: 'response', version: 'v1', response: body, took: 2 };
}

/** What the kubelet serves on its own ports. `relisted`: when it last saw all containers, by the wall clock. */
export function askKubelet({ activeState, mood }: SimUnit, url: string, relisted: Duration): HttpAnswer | undefined {
  if (activeState !== 'active') return { kind: 'refused' };
  if (mood !== 'well') return undefined;
  if (url.endsWith('/healthz')) return response('ok');
  if (url.endsWith('/metrics')) {
    return response(plegMetricsText({ lastSeen: relisted / 1000, relists: Array.from({ length: 50 }, () => 0.02) }));
  }
  return response('', 404);
}
