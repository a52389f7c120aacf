import type { ApiAnswer, HostView } from '../../host/host.ts';
import { toObject, toText } from '../../model/json.ts';
import { seconds } from '../../model/units.ts';

/** An object of the API, or why there is none: `refused` when the identity may not ask. */
export type Asked<Value> =
  | { readonly kind: 'found'; readonly value: Value }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** More at once would be a burst that an API server in trouble does not need. */
const AT_ONCE = 8;
const DEADLINE = seconds(6);

function whyNot(answer: Exclude<ApiAnswer, { kind: 'response' }>): string {
  if (answer.kind === 'no-identity' || answer.kind === 'untrusted') return answer.reason;
  return `the API server did not answer (${answer.kind === 'failed' ? answer.code : answer.kind})`;
}

export async function askFor<Value>(host: HostView, path: string, parse: (body: unknown) => Value): Promise<Asked<Value>> {
  const answer = await host.apiGet({ path, deadline: DEADLINE });
  if (answer.kind !== 'response') return { kind: 'failed', why: whyNot(answer) };
  if (answer.status === 200) return { kind: 'found', value: parse(answer.body) };
  if (answer.status === 404) return { kind: 'absent' };
  const said = toText(toObject(answer.body).message).slice(0, 160);
  const why = said === '' ? `HTTP ${answer.status}` : said;
  return answer.status === 403 || answer.status === 401 ? { kind: 'refused', why } : { kind: 'failed', why };
}

/** Every key once, some at a time; the first refusal answers for all others of its kind. */
export async function askForEach<Value>(
  keys: readonly string[],
  ask: (key: string) => Promise<Asked<Value>>,
): Promise<ReadonlyMap<string, Asked<Value>>> {
  const left = [...new Set(keys)];
  const answers = new Map<string, Asked<Value>>();
  let refusal: Asked<Value> | undefined;
  async function work(): Promise<void> {
    for (let key = left.shift(); key !== undefined; key = left.shift()) {
      const answer = refusal ?? (await ask(key));
      if (answer.kind === 'refused') refusal = answer;
      answers.set(key, answer);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers;
}

/** `/api/v1/namespaces/NS/RESOURCE/NAME` and its like, each part encoded. */
export function objectPath(group: string, namespace: string | undefined, resource: string, name?: string): string {
  const base = group.includes('/') ? `/apis/${group}` : `/api/${group}`;
  const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${base}${place}/${resource}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}
