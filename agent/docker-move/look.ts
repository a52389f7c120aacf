import { dockerOwnMount } from '../../lib/docker/mounts.ts';
import type { MovedUnits, MoveJournal } from '../../lib/docker/move-journal.ts';
import type { MoveFacts } from '../../lib/docker/preflight.ts';
import { installHint, rsyncVersion } from '../../lib/docker/rsync.ts';
import type { HostView } from '../../lib/host/host.ts';
import { isUnavailable } from '../../lib/model/source.ts';
import { seconds } from '../../lib/model/units.ts';
import { nodeObject } from '../../lib/sources/cluster/node-object.ts';
import { nodePods, podsToMiss } from '../../lib/sources/cluster/node-pods.ts';
import { osRelease } from '../../lib/sources/host/os-release.ts';
import { readUnitProperties, type UnitProperties } from '../../lib/sources/host/unit-properties.ts';
import { kubeletCommand } from '../../lib/sources/kubelet/kubelet-command.ts';
import { kubeletUnit } from '../../lib/sources/kubelet/kubelet-unit.ts';
import { type Gatherer, gatherer } from '../gather.ts';
import { type DockerLook, lookAtDocker } from './look-docker.ts';
import { lookAtTarget, readMounts, sizeOf } from './look-target.ts';
import { MoveFailure } from './node.ts';

export interface MoveLook extends DockerLook {
  readonly facts: MoveFacts;
  readonly units: MovedUnits;
}

const TRANSLATORS = ['cri-docker.socket', 'cri-docker.service', 'cri-dockerd.service'];
const DOCKER = ['docker.socket', 'docker.service'];

async function drainOf(gathered: Gatherer): Promise<MoveFacts['node']> {
  const [node, pods] = await Promise.all([gathered.fact(nodeObject), gathered.fact(nodePods)]);
  if (isUnavailable(node)) return { kind: 'unknown', why: node.unavailable };
  if (isUnavailable(pods)) return { kind: 'unknown', why: pods.unavailable };
  if (node.kind === 'not-joined') return { kind: 'not-joined' };
  if (node.kind !== 'found') return { kind: 'unknown', why: node.kind === 'unknown' ? node.why : 'the cluster has no such Node' };
  if (pods.kind !== 'found') return { kind: 'unknown', why: pods.kind === 'unknown' ? pods.why : 'its pods could not be listed' };
  const left = podsToMiss(pods.value);
  return {
    kind: 'known',
    cordoned: node.value.unschedulable,
    pods: left.map(({ namespace, name }) => `${namespace}/${name}`),
  };
}

async function kubeletOf(gathered: Gatherer): Promise<{ readonly unit?: string; readonly trouble?: string }> {
  const [unit, command] = await Promise.all([gathered.fact(kubeletUnit), gathered.fact(kubeletCommand)]);
  if (!isUnavailable(command) && command.argv.length > 0 && command.layout !== 'systemd')
    return { trouble: `the kubelet belongs to ${command.layout} and has no unit of its own to be held back` };
  if (isUnavailable(unit)) return { trouble: unit.unavailable };
  if (unit.kind === 'unknown') return { trouble: unit.why };
  return unit.kind === 'unit' && unit.loadState === 'loaded' ? { unit: unit.unit } : {};
}

async function unitsOf(host: HostView, kubelet: string | undefined): Promise<MovedUnits> {
  const candidates = [...(kubelet === undefined ? [] : [kubelet]), ...TRANSLATORS, ...DOCKER];
  const answer = await readUnitProperties(host, candidates, ['Id', 'LoadState', 'ActiveState']);
  if (answer.kind !== 'units') throw new MoveFailure(answer.why);
  const find = (unit: string): UnitProperties | undefined => answer.units.find(({ Id }) => Id === unit);
  const loaded = candidates.filter((unit) => find(unit)?.LoadState === 'loaded');
  return {
    front: loaded.filter((unit) => !DOCKER.includes(unit)),
    docker: loaded.filter((unit) => DOCKER.includes(unit)),
    active: loaded.filter((unit) => ['active', 'activating'].includes(find(unit)?.ActiveState ?? '')),
  };
}

async function rsyncOf(host: HostView, gathered: Gatherer): Promise<Pick<MoveFacts, 'rsync' | 'rsyncHint'>> {
  const [result, os] = await Promise.all([
    host.run(['rsync', '--version'], { deadline: seconds(10), maxBytes: 65_536 }),
    gathered.fact(osRelease),
  ]);
  const rsync = result.kind === 'exited' && result.code === 0 ? rsyncVersion(result.stdout) : undefined;
  return { rsync, rsyncHint: installHint(isUnavailable(os) ? [] : [os.id, ...os.idLike]) };
}

/** Everything a move is judged by; reads only. */
export async function lookAround(
  host: HostView,
  socketPath: string,
  to: string,
  last: MoveJournal | undefined,
): Promise<MoveLook> {
  const gathered = gatherer(host);
  const look = await lookAtDocker(host, socketPath);
  const kubelet = await kubeletOf(gathered);
  const mounts = (await readMounts(host)).filter(({ point }) => point.startsWith(`${look.from}/`));
  const facts: MoveFacts = {
    from: look.from,
    to,
    docker: look.docker,
    ...(await rsyncOf(host, gathered)),
    target: await lookAtTarget(host, to, look.from, last?.id),
    size: await sizeOf(host, look.from),
    foreignMounts: mounts.filter(({ point, type }) => !dockerOwnMount(look.from, point, type)).map(({ point }) => point),
    kubeletTrouble: kubelet.trouble,
    node: await drainOf(gathered),
  };
  return { ...look, facts, units: await unitsOf(host, kubelet.unit) };
}
