import type { HostView } from '../../host/host.ts';
import { type JsonObject, toObject, toObjects, toText, toTextRecord, toTexts } from '../../model/json.ts';
import { type Asked, askFor, askForEach, objectPath } from './ask.ts';
import type { RawPod } from './raw-pods.ts';

export interface Budget {
  readonly name: string;
  readonly selector: JsonObject | undefined;
}

/** metav1.LabelSelectorAsSelector for matchExpressions. */
function holds({ key, operator, values }: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[toText(key)];
  const listed = value !== undefined && toTexts(values).includes(value);
  if (operator === 'In') return listed;
  if (operator === 'NotIn') return !listed;
  if (operator === 'Exists') return value !== undefined;
  return operator === 'DoesNotExist' && value === undefined;
}

/** An empty selector selects every pod (policy/v1), none at all selects none. */
export function selects({ selector }: Budget, labels: Readonly<Record<string, string>>): boolean {
  if (selector === undefined) return false;
  const wanted = Object.entries(toTextRecord(selector.matchLabels));
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    toObjects(selector.matchExpressions).every((expression) => holds(expression, labels))
  );
}

function parseBudgets(body: unknown): readonly Budget[] {
  return toObjects(toObject(body).items).map(({ metadata, spec }) => {
    const { selector } = toObject(spec);
    return { name: toText(toObject(metadata).name), selector: selector === undefined ? undefined : toObject(selector) };
  });
}

async function ofNamespace(host: HostView, namespace: string): Promise<Asked<readonly Budget[]>> {
  const v1 = await askFor(host, objectPath('policy/v1', namespace, 'poddisruptionbudgets'), parseBudgets);
  // A server before 1.21 has no policy/v1 budgets.
  return v1.kind === 'absent' ? askFor(host, objectPath('policy/v1beta1', namespace, 'poddisruptionbudgets'), parseBudgets) : v1;
}

/** Budgets by namespace. */
export const readBudgets = (host: HostView, pods: readonly RawPod[]) =>
  askForEach(
    pods.map(({ namespace }) => namespace),
    (namespace) => ofNamespace(host, namespace),
  );
