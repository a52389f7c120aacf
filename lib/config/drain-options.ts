import type * as z from 'zod/mini';
import { array } from 'zod/mini';
import { parseDrainCondition } from '../model/drain-condition.ts';
import { LABEL_KEY, parseSelector } from '../model/label-selector.ts';
import { seconds } from '../model/units.ts';
import { count, duration, flag, key, known, share, text } from './values.ts';

const condition = () =>
  known(
    'a condition such as "KernelDeadlock", "OutOfDisk=True" or "Ready=Unknown,10m"',
    (given) => parseDrainCondition(given) !== undefined,
  );

const label = () => text('the name of a label', new RegExp(`^${LABEL_KEY}$`));
const annotation = () => text('an annotation as KEY or KEY=VALUE', new RegExp(`^${LABEL_KEY}(=.*)?$`));

/** Tried again in the same incident: what held a pod may let it go. */
const again = {
  cooldown: key(duration(), '10m', 'rest after a drain that failed, doubled with each one in the same incident'),
  attempts: key(count(1), 3, 'drains that may fail in one incident; then the node is uncordoned, and left to a person'),
  per: key(duration(seconds(1)), '24h', 'the time in which attempts are counted'),
};

/** Keys of `remedies.drain`; names and defaults are Draino's where it had them. */
export const drainOptions: Readonly<Record<string, z.core.$ZodType>> = {
  ...again,
  conditions: key(
    array(condition(), { error: 'a list of conditions' }),
    [],
    'Node conditions, of whomever, that lead to a drain: Type, Type=Status or Type=Status,Duration; any of them is enough',
  ),
  nodeSelector: key(
    known('a label selector such as "pool=batch,tier in (a, b)"', (given) => parseSelector(given) !== undefined),
    '',
    'only nodes with these labels are cordoned and drained; "": all that this configuration reaches',
  ),
  buffer: key(duration(), '10m', 'between the starts of two drains of one group, kept as a Lease'),
  groupLabels: key(
    array(label(), { error: 'a list of labels' }),
    [],
    'nodes with the same values of these labels are a group; none: the cluster is one group',
  ),
  maxCordoned: key(share(1), 'max(1, 10%)', 'nodes of the cluster that may be cordoned at one time, whoever cordoned them'),
  maxCordonedOfGroup: key(share(1), 'max(1, 10%)', 'the same within a group, where groupLabels names labels'),
  maxGracePeriod: key(duration(seconds(1)), '8m', 'the longest grace period that a pod is given'),
  evictionHeadroom: key(duration(), '30s', 'on top of maxGracePeriod: the time for the whole drain'),
  evictDaemonSetPods: key(flag(), false, 'pods of DaemonSets go, too, and come back'),
  evictStatefulSetPods: key(flag(), false, 'pods of StatefulSets go, too'),
  evictEmptyDirPods: key(flag(), false, 'pods with an emptyDir go, too; that data is lost'),
  evictUnreplicatedPods: key(flag(), false, 'pods without a controller go, too; nobody makes them anew'),
  protectedPodAnnotations: key(
    array(annotation(), { error: 'a list of annotations' }),
    [],
    'pods with one of these annotations stay, KEY or KEY=VALUE; cluster-autoscaler.kubernetes.io/safe-to-evict=false always protects',
  ),
  partial: key(
    flag(),
    false,
    'true: what may go goes although other pods stay, and the drain counts as failed; false: such a node is not cordoned at all',
  ),
  deadKubelet: key(
    flag(),
    false,
    'where the kubelet is dead, pods whose eviction was granted are ended through their control groups, and then removed',
  ),
};

/** Of `remedies.cordon`. */
export const cordonOptions: Readonly<Record<string, z.core.$ZodType>> = again;
