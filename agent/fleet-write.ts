import { type Outcome, outcomeOf } from '../lib/drain/failure.ts';
import { leasePath } from '../lib/kube/fleet-lease.ts';
import { seconds } from '../lib/model/units.ts';
import type { Api } from './drain/api.ts';

const DEADLINE = seconds(5);

/** A Lease of the fleet, patched, and made where it is not. */
export async function putLease(api: Api, name: string, patch: string, made: () => string): Promise<Outcome<unknown>> {
  const patched = outcomeOf(await api({ method: 'PATCH', path: leasePath(name), body: patch, deadline: DEADLINE }));
  if (patched.ok || patched.failure.code !== 404) return patched;
  return outcomeOf(await api({ method: 'POST', path: leasePath(), body: made(), deadline: DEADLINE }));
}
