import type { HostView } from '../../host/host.ts';
import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';

/** `namespace/name` by pod UID, as far as the node itself knows. */
export type PodNames = Readonly<Record<string, string>>;

const DIRECTORY = '/var/log/pods';

/** Entries of /var/log/pods: `NAMESPACE_NAME_UID` (kubelet v1.14); neither namespace nor name can hold `_`. */
export function parsePodDirectories(names: readonly string[]): PodNames {
  return Object.fromEntries(
    names.flatMap((entry) => {
      const [, namespace, name, uid] = /^([a-z0-9-]+)_([a-z0-9.-]+)_([0-9a-f-]{32,36})$/.exec(entry) ?? [];
      return uid === undefined ? [] : [[uid, `${namespace}/${name}`]];
    }),
  );
}

async function readPodNames(host: HostView): Promise<PodNames> {
  const answer = await host.listDirectory(DIRECTORY);
  return answer.kind === 'entries' ? parsePodDirectories(answer.names) : {};
}

/** Names pods without the API server, which may be out of reach just now. */
export const podNames = defineSource<PodNames>({ id: 'pod-names', deadline: seconds(3), read: readPodNames });

/** The pod and volume of a path below the kubelet's directory of pods. */
export function podVolumeOf(path: string): { readonly uid: string; readonly volume: string } | undefined {
  const match = /\/pods\/([0-9a-f-]{32,36})\/(?:volumes\/[^/]+|volume-subpaths)\/([^/]+)/.exec(path);
  const [, uid, volume] = match ?? [];
  return uid === undefined || volume === undefined ? undefined : { uid, volume };
}
