import { parseJson, toObject } from '../model/json.ts';
import { printable } from '../model/printable.ts';
import type { BlockerSettings } from '../model/reboot.ts';
import type { Told } from './empty.ts';

export interface BlockerLook {
  /** Of the configured files, those that exist. */
  readonly files: readonly string[];
  /** Pods of this node that a selector selects, `namespace/name`; absent: nobody asked. */
  readonly pods?: Told<readonly string[]>;
  /** Names of the alerts that fire; absent: nobody asked. */
  readonly alerts?: Told<readonly string[]>;
}

const MOST_SHOWN = 3;

function list(names: readonly string[]): string {
  const shown = names.slice(0, MOST_SHOWN).map((name) => printable(name, 120));
  return `${shown.join(', ')}${names.length > MOST_SHOWN ? `, and ${names.length - MOST_SHOWN} more` : ''}`;
}

/** Undefined: not a regular expression. */
function toPattern(text: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${text})$`);
  } catch {
    return undefined;
  }
}

function alertsThatBlock(firing: readonly string[], { alerts, ignore }: BlockerSettings['prometheus']): readonly string[] {
  const [block, pass] = [toPattern(alerts), ignore === '' ? undefined : toPattern(ignore)];
  return [...new Set(firing)].filter((name) => block?.test(name) !== false && pass?.test(name) !== true).sort();
}

/** Everything that keeps disruptive work from beginning, each a sentence fragment; who could not be asked blocks, too. */
export function blocking({ files, pods, alerts }: BlockerLook, { prometheus }: BlockerSettings): readonly string[] {
  const out = files.map((path) => `${printable(path, 200)} exists`);
  if (pods?.kind === 'unknown') out.push(`whether a pod blocks is not known: ${pods.why}`);
  if (pods?.kind === 'told' && pods.value.length > 0) {
    out.push(`${pods.value.length === 1 ? 'a pod' : `${pods.value.length} pods`} on this node: ${list(pods.value)}`);
  }
  if (alerts?.kind === 'unknown') out.push(`whether an alert fires is not known: ${alerts.why}`);
  const firing = alerts?.kind === 'told' ? alertsThatBlock(alerts.value, prometheus) : [];
  if (firing.length > 0) out.push(`${firing.length === 1 ? 'alert' : `${firing.length} alerts`} firing: ${list(firing)}`);
  return out;
}

/** The answer of Prometheus' /api/v1/alerts: names of those that fire; `pending` ones may never come to it. */
export function parseAlerts(text: string): Told<readonly string[]> {
  const body = parseJson(text);
  if (body === undefined) return { kind: 'unknown', why: 'Prometheus did not answer with JSON' };
  const { status, data, error } = toObject(body);
  const { alerts } = toObject(data);
  if (status !== 'success' || !Array.isArray(alerts)) {
    const said = typeof error === 'string' ? `: ${printable(error, 120)}` : '';
    return { kind: 'unknown', why: `Prometheus did not answer with its alerts${said}` };
  }
  const firing = alerts.map(toObject).filter(({ state }) => state === 'firing');
  return { kind: 'told', value: firing.map(({ labels }) => String(toObject(labels).alertname ?? '')) };
}
