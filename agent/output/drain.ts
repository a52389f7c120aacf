import { goDuration } from '../../lib/drain/go-duration.ts';
import type { Placement } from '../../lib/drain/placement.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { DrainEvent, DryRun, Way } from '../drain/events.ts';
import { clean, plural, renderSurge } from './surge.ts';

/** What a person reads of an event. `out` is what kubectl drain prints there, word for word; everything else is for people alone. */
export interface Said {
  readonly out?: string;
  readonly err?: string;
}

type Of<Name extends DrainEvent['event']> = Extract<DrainEvent, { readonly event: Name }>;

const SUFFIX: Readonly<Record<DryRun, string>> = { none: '', client: ' (dry run)', server: ' (server dry run)' };
/** A pod that is refused every few seconds is told about as often as this; `waiting` has the reasons meanwhile. */
const EVERY_NTH = 12;

const DOING: Readonly<Record<Way, string>> = {
  eviction: 'evicting',
  deletion: 'deleting',
  request: 'requesting the eviction of',
};

const short = (pod: string) => pod.slice(pod.indexOf('/') + 1);

function cordoned({ event, node, already, owner }: Of<'cordoned' | 'uncordoned'>, dryRun: DryRun): Said {
  const out = `node/${node} ${already ? 'already ' : ''}${event}${SUFFIX[dryRun]}\n`;
  return owner === undefined ? { out } : { out, err: `  it was cordoned by ${clean(owner)}\n` };
}

function putOff({ pod, message, retryIn, attempt, terminatingNamespace }: Of<'put-off'>): Said {
  if (attempt > 1 && attempt % EVERY_NTH !== 0) return {};
  const [namespace, name] = [JSON.stringify(pod.split('/')[0]), JSON.stringify(short(pod))];
  const what = terminatingNamespace ? `pod ${name} from terminating namespace ${namespace}` : `pods/${name} -n ${namespace}`;
  return { err: `error when evicting ${what} (will retry after ${goDuration(retryIn)}): ${clean(message)}\n` };
}

function waiting({ node, elapsed, pods, more }: Of<'waiting'>): Said {
  const lines = pods.map(({ pod, why }) => `  ${pod}: ${clean(why)}\n`);
  const rest = more === 0 ? '' : `  and ${more} more\n`;
  const head = `waiting for ${formatDuration(elapsed)}: ${plural(pods.length + more, 'pod')} still to leave node ${node}\n`;
  return { err: `${head}${lines.join('')}${rest}` };
}

function unjudged(placements: readonly Placement[]): string {
  const what = new Map<string, number>();
  for (const { notJudged } of placements) for (const one of notJudged) what.set(one, (what.get(one) ?? 0) + 1);
  const parts = [...what].map(([one, count]) => `${one} of ${plural(count, 'pod')}`);
  return parts.length === 0 ? '' : `  not judged: ${parts.join(', ')}\n`;
}

function placed({ placements }: Of<'placed'>): Said {
  const by = (result: Placement['result']) => placements.filter((one) => one.result === result);
  const [nowhere, lost, fits] = [by('nowhere'), by('lost'), by('fits')];
  const lines = nowhere.map(({ pod, why = '' }) => `  ${pod}: ${clean(why)}\n`);
  const head =
    nowhere.length === 0
      ? `${plural(fits.length, 'pod')} would find room on other nodes\n`
      : `${plural(nowhere.length, 'pod')} would fit nowhere now, and stay Pending until there is room:\n`;
  const gone = lost.length === 0 ? '' : `  made anew by nobody: ${lost.map(({ pod }) => pod).join(', ')}\n`;
  return { err: `${head}${lines.join('')}${gone}${unjudged(placements)}` };
}

function notDrained({ node, message, pending }: Of<'not-drained'>): Said {
  const left = pending.map((pod) => `pod/${short(pod)}\n`).join('');
  const head =
    left === ''
      ? ''
      : `There are pending pods in node ${JSON.stringify(node)} when an error occurred: ${clean(message)}\n${left}`;
  return {
    err: `${head}error: unable to drain node ${JSON.stringify(node)} due to error: ${clean(message)}, continuing command...\n`,
  };
}

export function renderEvent(event: DrainEvent, dryRun: DryRun): Said {
  switch (event.event) {
    case 'cordoned':
    case 'uncordoned':
      return cordoned(event, dryRun);
    case 'cordon-failed':
      return { err: `error: unable to ${event.doing} node ${JSON.stringify(event.node)}: ${clean(event.message)}\n` };
    case 'note':
      return { err: `${clean(event.message)}\n` };
    case 'planned':
      return {};
    case 'warning':
      return { err: `Warning: ${clean(event.message)}\n` };
    case 'placed':
      return placed(event);
    case 'evicting':
      return { out: `${DOING[event.way]} pod ${event.pod}${SUFFIX[dryRun]}\n` };
    case 'put-off':
      return putOff(event);
    case 'left':
      return { out: `pod/${short(event.pod)} ${event.way === 'deletion' ? 'deleted' : 'evicted'}\n` };
    case 'abandoned':
      return {
        out: `pod ${JSON.stringify(short(event.pod))} has DeletionTimestamp older than ${event.after} seconds, skipping\n`,
      };
    case 'failed':
      return { err: `pod/${short(event.pod)} ${event.way} failed: ${clean(event.message)}\n` };
    case 'waiting':
      return waiting(event);
    case 'drained':
      return { out: `node/${event.node} drained${SUFFIX[dryRun]}\n` };
    case 'not-drained':
      return notDrained(event);
    default:
      return { err: renderSurge(event) };
  }
}
