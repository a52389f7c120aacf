import type { Trouble } from './situation.ts';

interface Seen {
  readonly method: string;
  readonly path: string;
}

function whichTrouble({ method, path }: Seen): Pick<Trouble, 'on' | 'pod'> | undefined {
  const { pathname } = new URL(path, 'https://x');
  const pod = /\/pods\/([^/]+)(\/eviction)?$/.exec(pathname);
  if (pathname === '/api/v1') return { on: 'discovery' };
  if (method === 'PATCH') return { on: 'patch node' };
  if (pathname === '/api/v1/pods') return { on: 'list pods' };
  if (pathname.includes('/daemonsets/')) return { on: 'get daemonset' };
  if (pod === null) return undefined;
  const [, name = '', eviction] = pod;
  if (eviction !== undefined) return { on: 'evict', pod: name };
  return { on: method === 'DELETE' ? 'delete' : 'get pod', pod: name };
}

/** Plays the troubles of a situation in their order; shared by the fake and by the proxy before a real server. */
export function troublemaker(troubles: readonly Trouble[]): (request: Seen) => Trouble['answer'] | undefined {
  const left = troubles.map(({ times = Number.POSITIVE_INFINITY }) => times);
  return (request) => {
    const where = whichTrouble(request);
    const at = troubles.findIndex(
      ({ on, pod }, index) => on === where?.on && (pod === undefined || pod === where.pod) && (left[index] ?? 0) > 0,
    );
    if (at < 0) return undefined;
    left[at] = (left[at] ?? 0) - 1;
    return troubles[at]?.answer;
  };
}
