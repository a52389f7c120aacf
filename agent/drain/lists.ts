import { type Outcome, outcomeOf } from '../../lib/drain/failure.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import type { Api } from './api.ts';

export const ASK: Duration = seconds(20);
export const LIST: Duration = seconds(60);

export interface List<Item> {
  readonly items?: readonly Item[];
  readonly metadata?: { readonly continue?: string; readonly remainingItemCount?: number };
}

/** Names as parts of a path. */
export const path = (...parts: readonly string[]): string => parts.map(encodeURIComponent).join('/');

type Query = Readonly<Record<string, string | undefined>>;

export function query(parts: Query): string {
  const given = Object.entries(parts).filter((part): part is [string, string] => part[1] !== undefined && part[1] !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

export async function read<Value>(api: Api, where: string, deadline: Duration = ASK): Promise<Outcome<Value>> {
  return outcomeOf<Value>(await api({ method: 'GET', path: where, deadline }));
}

type Walk<Item> = { readonly where: string; readonly parts: Query; readonly visit: (page: readonly Item[]) => boolean };

export async function walk<Item>(api: Api, { where, parts, visit }: Walk<Item>): Promise<Outcome<unknown>> {
  let next: string | undefined;
  do {
    const page = await read<List<Item>>(api, `${where}${query({ ...parts, continue: next })}`, LIST);
    if (!page.ok) return page;
    if (!visit(page.value.items ?? [])) return page;
    next = page.value.metadata?.continue;
  } while (next !== undefined && next !== '');
  return { ok: true, value: undefined };
}

/** All of a list; begun anew in one piece where the server has forgotten how far it was (410). */
export async function listAll<Item>(api: Api, where: string, parts: Query): Promise<Outcome<readonly Item[]>> {
  const items: Item[] = [];
  const visit = (page: readonly Item[]) => items.push(...page) >= 0;
  const walked = await walk<Item>(api, { where, parts, visit });
  if (walked.ok) return { ok: true, value: items };
  if (walked.failure.code !== 410 || parts.limit === undefined) return walked;
  return await listAll(api, where, { ...parts, limit: undefined });
}
