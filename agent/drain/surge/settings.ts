import type { OptionValues } from '../../command.ts';
import { surgeWishes } from '../command-line.ts';
import type { Connection } from '../connect.ts';
import type { DrainContext } from '../context.ts';
import { surgeIdentity } from './identity.ts';

/** What `--mode` and `--eviction-requests` add to a drain. */
export function gentleParts(
  options: OptionValues,
  { requests, workloads }: Pick<Connection, 'requests' | 'workloads'>,
  command: string,
): Pick<DrainContext, 'surge' | 'requests'> {
  const wishes = surgeWishes(options);
  return {
    ...(wishes === undefined ? {} : { surge: { ...wishes, workloads, who: surgeIdentity(command) } }),
    ...(options['eviction-requests'] === true ? { requests } : {}),
  };
}
