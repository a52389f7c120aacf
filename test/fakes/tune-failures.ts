import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { applyEviction, recover } from '../../agent/tune/apply.ts';
import { toReversal, toTransaction } from '../../agent/tune/begin.ts';
import type { TuneHands } from '../../agent/tune/hands.ts';
import { evictionSettings } from '../../lib/sources/kubelet/kubelet-effective.ts';
import { parseFlags } from '../../lib/sources/kubelet/kubelet-flags.ts';
import { chooseMechanism } from '../../lib/tune/mechanism.ts';
import type { Mechanism } from '../../lib/tune/node.ts';
import { completeTarget, type Target } from '../../lib/tune/target.ts';
import type { Kept, Transaction } from '../../lib/tune/transaction.ts';
import { type TunedNode, tunedNode, type Weather } from './tuned-node.ts';

const UNIT = '/usr/lib/systemd/system/kubelet.service';
const KUBEADM = '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf';
const MAIN = '/var/lib/kubelet/config.yaml';
const config = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
const unit = '[Service]\nExecStart=/usr/bin/kubelet\nRestart=always\n';
const dropIn = (...lines: string[]) =>
  `[Service]\nEnvironment="KUBELET_CONFIG_ARGS=--config=${MAIN}"\n${lines.join('\n')}\nExecStart=\n`;

/** One node for each of the mechanisms: the first that fits it is the one meant. */
export const LAYOUTS: Readonly<Record<Mechanism, Readonly<Record<string, string>>>> = {
  'config-dir': {
    [UNIT]: unit,
    [KUBEADM]: `${dropIn()}ExecStart=/usr/bin/kubelet $KUBELET_CONFIG_ARGS --config-dir=/etc/kubernetes/kubelet.conf.d\n`,
    [MAIN]: config,
    '/etc/kubernetes/kubelet.conf.d/10-own.conf': `${config}maxPods: 50\n`,
  },
  'extra-args': {
    [UNIT]: unit,
    [KUBEADM]: `${dropIn('EnvironmentFile=-/etc/default/kubelet')}ExecStart=/usr/bin/kubelet $KUBELET_CONFIG_ARGS $KUBELET_EXTRA_ARGS\n`,
    [MAIN]: config,
    '/etc/default/kubelet': '# mine\nKUBELET_EXTRA_ARGS=--node-ip=10.0.0.4\n',
  },
  systemd: {
    [UNIT]: unit,
    [KUBEADM]: `${dropIn('Environment="KUBELET_DNS_ARGS=--cluster-domain=cluster.local"')}ExecStart=/usr/bin/kubelet $KUBELET_CONFIG_ARGS $KUBELET_DNS_ARGS $KUBELET_EXTRA_ARGS\n`,
    [MAIN]: config,
  },
  // No directory of drop-ins either: it is made, and gone again.
  'freeze-command': { [UNIT]: `[Service]\nExecStart=/usr/bin/kubelet --config=${MAIN} --v=2\n`, [MAIN]: config },
};

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
/** Of the fake's own, so that a test tells it from every default. */
const WANTED = '6%';

export const isNew = (hard: Readonly<Record<string, string>>): boolean => hard['nodefs.available'] === WANTED;

function planFor(node: TunedNode, mechanism: Mechanism) {
  const read = node.read();
  const { argv, layers, version } = read;
  const settings = evictionSettings({ version, installed: true, flags: parseFlags(argv.slice(1)), layers });
  const target: Target = completeTarget(settings, version, [{ signal: 'nodefs.available', text: WANTED }]);
  const { change } = chooseMechanism(read, target, { via: 'auto', freezeCommand: mechanism === 'freeze-command', digest });
  if (change?.mechanism !== mechanism) throw new Error(`planned ${change?.mechanism} in place of ${mechanism}`);
  return { read, settings, target, change };
}

const begin = (kept: Kept | null) => ({ by: 'root', at: Date.now(), kept });

async function beginApply(node: TunedNode, mechanism: Mechanism): Promise<Transaction> {
  const { read, settings, target, change } = planFor(node, mechanism);
  return await toTransaction({ node: read, settings: settings as never }, { change, target }, node.hands(), begin(null));
}

export async function beginRevert(node: TunedNode): Promise<Transaction | undefined> {
  const found = await node.hands().journal.read();
  const reversal = await toReversal(node.read(), node.hands(), begin(found.state === 'kept' ? found.kept : null));
  return reversal.kind === 'revert' ? reversal.transaction : undefined;
}

export interface Case {
  readonly mechanism: Mechanism;
  readonly what: 'apply' | 'revert';
  readonly weather: Weather;
}

export interface Prepared {
  readonly node: TunedNode;
  readonly transaction: Transaction;
  /** The files of the old set. */
  readonly old: ReturnType<TunedNode['files']>;
}

/** A node as it is when the transaction of this case may begin, and that transaction. */
export async function prepare(directory: string, { mechanism, what }: Omit<Case, 'weather'>): Promise<Prepared> {
  const node = tunedNode(directory, LAYOUTS[mechanism]);
  const old = node.files();
  const apply = await beginApply(node, mechanism);
  if (what === 'apply') return { node, transaction: apply, old };
  const { outcome, why } = await applyEviction(apply, node.hands());
  if (outcome !== 'applied') throw new Error(`not applied: ${why}`);
  const revert = await beginRevert(node);
  if (revert === undefined) throw new Error('nothing to revert');
  return { node, transaction: revert, old };
}

type Set = 'old' | 'new' | 'neither';

function setOf(hard: Readonly<Record<string, string>> | null): Set {
  if (hard === null) return 'neither';
  const isComplete = ['memory.available', 'nodefs.inodesFree', 'imagefs.available', 'imagefs.inodesFree'].every(
    (key) => key in hard,
  );
  if (!isComplete) return 'neither';
  if (isNew(hard)) return 'new';
  return hard['nodefs.available'] === '10%' ? 'old' : 'neither';
}

/** What is wrong with the node as it stands; empty: it runs the old set with the old files, or the new one with the new ones. */
export function faultsOf(
  node: TunedNode,
  before: ReturnType<TunedNode['files']>,
): { readonly set: Set; readonly faults: readonly string[] } {
  const set = setOf(node.running());
  const files = node.files();
  const faults: string[] = [];
  if (set === 'neither') faults.push(`the kubelet runs with ${JSON.stringify(node.running())}`);
  const left = Object.keys(files).filter((path) => path.endsWith('.nodemend'));
  if (left.length > 0) faults.push(`left behind: ${left.join(', ')}`);
  const changed = [...new Set([...Object.keys(before), ...Object.keys(files)])].filter((path) => before[path] !== files[path]);
  if (set === 'old' && changed.length > 0) faults.push(`old set, other files: ${changed.join(', ')}`);
  if (set === 'new' && changed.length === 0) faults.push('new set, old files');
  return { set, faults };
}

/** After a kill: the next run. */
export async function nextRun(node: TunedNode, weather: Weather = {}): Promise<string> {
  const hands: TuneHands = node.hands(weather);
  const end = await recover(hands);
  return end?.outcome ?? 'nothing open';
}

export function placesBelow(directory: string): () => string {
  let count = 0;
  return () => join(directory, String(count++));
}

/** The calls that a case makes when nothing goes wrong. */
export async function callsOf(directory: string, one: Omit<Case, 'weather'>, weather: Weather = {}): Promise<readonly string[]> {
  const { node, transaction } = await prepare(directory, one);
  const hands = node.hands(weather);
  await applyEviction(transaction, hands);
  return hands.calls;
}
