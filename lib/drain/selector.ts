import { meetsAll } from '../model/label-selector.ts';
import type { LabelSelector } from './objects.ts';

export { meets, meetsAll, parseSelector } from '../model/label-selector.ts';

type Labels = Readonly<Record<string, string>>;

export const isEmptySelector = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean =>
  Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;

/** An empty selector selects everything. */
export function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && meetsAll(labels, matchExpressions);
}
