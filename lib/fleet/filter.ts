import type { FleetNode } from './fleet-node.ts';

/** What `--filter` may ask about; each gives the words that a node answers to. */
const ANSWERS: Readonly<Record<string, (node: FleetNode) => readonly string[]>> = {
  health: ({ health }) => [health],
  problem: ({ report, conditions }) => [
    ...(report?.problems ?? []).flatMap(({ type, reason }) => [type, reason, `${type}/${reason}`]),
    ...conditions,
  ],
  zone: ({ zone }) => [zone],
  agent: ({ reporting }) => [reporting],
  ready: ({ ready }) => [ready],
  cordoned: ({ cordoned }) => [cordoned ? 'yes' : 'no'],
  paused: ({ report }) => [report?.paused === undefined ? 'no' : 'yes'],
  version: ({ report }) => [report?.version ?? ''],
};

/** Words that are known beforehand: another one is a slip, not a search without a result. */
const CLOSED: Readonly<Record<string, readonly string[]>> = {
  health: ['healthy', 'degraded', 'critical', 'unknown'],
  agent: ['reporting', 'stale', 'unreadable', 'absent'],
  ready: ['true', 'false', 'unknown'],
  cordoned: ['yes', 'no'],
  paused: ['yes', 'no'],
};

export interface Filter {
  readonly key: string;
  readonly not: boolean;
  /** In lower case; one of them is enough. */
  readonly values: readonly string[];
}

/** `health=critical,degraded`, `zone!=a`; else what is wrong with it, as a sentence fragment. */
export function parseFilter(text: string): Filter | string {
  const match = /^([a-z]+)(!?)==?(.*)$/.exec(text.trim());
  if (match === null) return 'is not KEY=VALUE or KEY!=VALUE';
  const [, key = '', not, list = ''] = match;
  if (!Object.hasOwn(ANSWERS, key)) return `has no key of ${Object.keys(ANSWERS).join(', ')}`;
  const values = list.split(',').map((value) => value.trim().toLowerCase());
  const known = CLOSED[key];
  const strange = values.find((value) => value === '' || known?.includes(value) === false);
  if (strange === '' && key !== 'zone') return 'names no value';
  if (strange !== undefined && strange !== '') return `${key} is one of ${known?.join(', ')}`;
  return { key, not: not === '!', values };
}

function meets(node: FleetNode, { key, not, values }: Filter): boolean {
  const answers = ANSWERS[key]?.(node) ?? [];
  return answers.some((answer) => values.includes(answer.toLowerCase())) !== not;
}

export const meetsAll = (node: FleetNode, filters: readonly Filter[]): boolean => filters.every((filter) => meets(node, filter));
