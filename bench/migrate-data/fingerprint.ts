import type { LabHost } from '../../test/lab/host.ts';
import { must } from '../../test/lab/run.ts';
import { inHost } from './place.ts';

/** What docker says of everything it has: ids, layers, changes, contents. The kubelet's own come and go. */
const DOCKER = `
docker images -a --no-trunc --format 'image {{.ID}} {{.Repository}}:{{.Tag}}' | sort
docker image inspect -f 'layers {{.Id}} {{json .RootFS.Layers}}' $(docker images -aq --no-trunc | sort -u) | sort
docker volume ls --format 'volume {{.Name}} {{.Driver}}' | sort
docker ps -a --no-trunc --format '{{.ID}} {{.Names}}' | grep -v ' k8s_' | sort -k 2 | while read -r id name; do
  echo "container $id $name $(docker inspect -f '{{.State.Running}} {{.Image}}' $id)"
  docker diff $id | sort | sed "s/^/diff $name /"
  [ "$(docker inspect -f '{{.State.Running}}' $id)" = true ] || echo "contents $name $(docker export $id | sha256sum)"
done
`;

export async function dockerFingerprint(host: LabHost): Promise<readonly string[]> {
  return (await host.sh(DOCKER, { timeoutMs: 120_000 })).trim().split('\n');
}

/**
 * The tree below a data root that nobody writes to: types, modes, owners, times, targets, devices, which names are one file, extended
 * attributes and ACLs, and the contents. By find, sha256sum and getfattr, none of which the program uses for its own proof of contents. Of directories whole seconds:
 * rsync compares no more than those. XFS shows each ACL as an attribute of its own, too.
 */
const TREE = `
cd "$1" || exit 1
list() { find . -xdev \\( -path ./.nodemend-move -o -path ./lost+found \\) -prune -o "$@"; }
list -not -type d -printf '%y %m %U:%G %s %T@ %l %p\\n' | sort
list -type d -printf '%y %m %U:%G %Ts %p\\n' | sort
list \\( -type c -o -type b \\) -exec stat -c 'device %t:%T %n' {} + | sort
list -type f -links +1 -printf '%i %p\\n' | sort -k 2 | awk '{ n=$1; sub(/^[0-9]+ /, ""); if (!(n in g)) g[n]=$0; print "linked " g[n] " = " $0 }'
list -type f -print0 | sort -z | xargs -0 sha256sum
list -print0 | sort -z | xargs -0 getfattr -h -d -m - -e hex -- 2>/dev/null | grep -v '^trusted.SGI_ACL_'
`;

export async function treeFingerprint(host: LabHost, root: string): Promise<readonly string[]> {
  const text = await must(['bash', '-c', TREE, 'bash', inHost(host, root)], { timeoutMs: 120_000 });
  return text.trim().split('\n');
}

/** Lines that are in one and not in the other. */
export function differences(before: readonly string[], after: readonly string[]): readonly string[] {
  const [one, other] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !other.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !one.has(line)).map((line) => `+ ${line}`),
  ];
}

/** Allocated bytes, for what holes are worth. */
export async function allocated(host: LabHost, root: string): Promise<number> {
  return Number.parseInt(await must(['du', '-sx', '--block-size=1', inHost(host, root)], { timeoutMs: 60_000 }), 10);
}
