import { parseSelector } from '../../lib/drain/selector.ts';
import { AgentError } from '../../lib/errors.ts';
import { parseDuration } from '../../lib/model/quantity.ts';
import { type Option, type OptionValues, shared, textOption } from '../command.ts';
import type { DrainOptions } from './context.ts';
import type { DryRun } from './events.ts';

/** What cordon, uncordon and drain have in common. */
export const nodeOptions = {
  selector: { type: 'string', short: 'l', value: 'SELECTOR', description: 'the nodes with these labels instead of names' },
  'dry-run': {
    type: 'string',
    value: 'client|server',
    bare: 'client',
    description: 'client: only look; server: have admission and PodDisruptionBudgets asked, too; nothing is changed',
  },
  kubeconfig: { type: 'string', value: 'FILE', description: 'instead of $KUBECONFIG and ~/.kube/config' },
  context: { type: 'string', value: 'NAME', description: 'another context of the kubeconfig' },
  json: { type: 'boolean', description: 'one JSON document per line for each event, the last one is the result' },
  config: shared.config,
} as const satisfies Record<string, Option>;

/** kubectl drain's, by the same names. */
export const drainFlags = {
  'ignore-daemonsets': { type: 'boolean', description: 'go on although there are pods of DaemonSets; they stay' },
  'delete-emptydir-data': { type: 'boolean', description: 'go on although pods have emptyDir volumes; that data is lost' },
  force: {
    type: 'boolean',
    description: 'go on although pods have no controller, or a DaemonSet that is gone; nobody makes them anew',
  },
  'pod-selector': { type: 'string', value: 'SELECTOR', description: 'only the pods with these labels' },
  'grace-period': {
    type: 'string',
    value: 'SECONDS',
    description: "given to each pod to end; negative (default): the pod's own, 0: at once",
  },
  timeout: { type: 'string', value: 'DURATION', description: 'of each node: 90s, 10m; 0 (default): none' },
  'skip-wait-for-delete-timeout': {
    type: 'string',
    value: 'SECONDS',
    description: 'do not wait for pods that should have ended so long ago; for nodes whose kubelet is dead',
  },
  'disable-eviction': { type: 'boolean', description: 'DELETE instead of evictions: PodDisruptionBudgets do not hold' },
  'chunk-size': { type: 'string', value: 'NUMBER', description: 'pods per answer of a list (500); 0: all in one' },
  mode: {
    type: 'string',
    value: 'evict|surge',
    description:
      'surge: a new pod is ready before the old one goes, for each workload in the gentlest way there is; evict (default): as kubectl',
  },
  'accept-gap': {
    type: 'boolean',
    description:
      'with --mode surge: evict one by one what cannot surge (StatefulSets, Recreate, maxSurge 0, paused, …) instead of refusing',
  },
  'surge-timeout': {
    type: 'string',
    value: 'DURATION',
    description: 'with --mode surge: the longest a workload may go without progress (10m); then it is as it was before',
  },
  'at-once': { type: 'string', value: 'NUMBER', description: 'with --mode surge: workloads at a time (4)' },
  'eviction-requests': {
    type: 'boolean',
    description:
      'ask for evictions by EvictionRequests (KEP-4563) where the API server knows them, so that who owns a pod moves it',
  },
  placement: {
    type: 'string',
    value: 'warn|require|off',
    description: 'whether the pods would find room elsewhere: say so (default), insist on it, do not look',
  },
} as const satisfies Record<string, Option>;

function fail(command: string, message: string): never {
  throw new AgentError('ARGUMENT_INVALID', `${command}: ${message}`);
}

function wholeNumber(options: OptionValues, name: string, otherwise: number): number {
  const text = textOption(options, name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!/^[+-]?\d{1,10}$/.test(text)) fail('drain', `--${name} ${JSON.stringify(text)} is no whole number`);
  return value;
}

export function dryRunOf(options: OptionValues, command: string): DryRun {
  const text = textOption(options, 'dry-run') ?? 'none';
  if (text === 'none' || text === 'client' || text === 'server') return text;
  return fail(command, `--dry-run=${text}: none, client or server`);
}

function durationOf(options: OptionValues, name: string, otherwise: string): number {
  const text = textOption(options, name) ?? otherwise;
  const duration = parseDuration(text);
  if (duration === undefined || duration < 0)
    fail('drain', `--${name} ${JSON.stringify(text)} is no duration such as 90s or 10m`);
  return duration ?? 0;
}

function placementOf(options: OptionValues): DrainOptions['placement'] {
  const text = textOption(options, 'placement') ?? 'warn';
  return text === 'warn' || text === 'require' || text === 'off'
    ? text
    : fail('drain', `--placement ${text}: warn, require or off`);
}

/** A selector that the API server would take; '' is everything. */
export function selectorOf(options: OptionValues, name: 'selector' | 'pod-selector', command: string): string {
  const text = textOption(options, name) ?? '';
  if (parseSelector(text) === undefined) fail(command, `--${name}=${text} must be a valid label selector`);
  return text;
}

export function drainOptions(options: OptionValues, trustDaemonSets: boolean): DrainOptions {
  const chunkSize = wholeNumber(options, 'chunk-size', 500);
  if (chunkSize < 0) fail('drain', '--chunk-size is a number of pods');
  return {
    force: options.force === true,
    ignoreDaemonSets: options['ignore-daemonsets'] === true,
    deleteEmptyDirData: options['delete-emptydir-data'] === true,
    skipWaitForDelete: wholeNumber(options, 'skip-wait-for-delete-timeout', 0),
    gracePeriod: wholeNumber(options, 'grace-period', -1),
    timeout: durationOf(options, 'timeout', '0'),
    podSelector: selectorOf(options, 'pod-selector', 'drain'),
    chunkSize,
    disableEviction: options['disable-eviction'] === true,
    dryRun: dryRunOf(options, 'drain'),
    placement: placementOf(options),
    trustDaemonSets,
  };
}

export interface SurgeWishes {
  readonly acceptGap: boolean;
  readonly patience: number;
  readonly atOnce: number;
}

/** Undefined: an ordinary drain. */
export function surgeWishes(options: OptionValues): SurgeWishes | undefined {
  const mode = textOption(options, 'mode') ?? 'evict';
  if (mode !== 'evict' && mode !== 'surge') return fail('drain', `--mode ${mode}: evict or surge`);
  const stray = ['accept-gap', 'surge-timeout', 'at-once'].find((name) => options[name] !== undefined && options[name] !== false);
  if (mode === 'evict') return stray === undefined ? undefined : fail('drain', `--${stray} needs --mode surge`);
  if (options['disable-eviction'] === true) fail('drain', '--mode surge evicts: --disable-eviction contradicts it');
  const [patience, atOnce] = [durationOf(options, 'surge-timeout', '10m'), wholeNumber(options, 'at-once', 4)];
  if (patience === 0) fail('drain', '--surge-timeout 0: a surge that does not get on must end some time');
  if (atOnce < 1) fail('drain', '--at-once is a number of workloads');
  return { acceptGap: options['accept-gap'] === true, patience, atOnce };
}
