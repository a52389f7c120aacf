import { outcomeOf } from '../../lib/drain/failure.ts';
import type { HostView, HttpAnswer } from '../../lib/host/host.ts';
import type { BlockerSettings } from '../../lib/model/reboot.ts';
import { MiB, seconds } from '../../lib/model/units.ts';
import { type BlockerLook, blocking, parseAlerts } from '../../lib/reboot/blockers.ts';
import type { Told } from '../../lib/reboot/empty.ts';
import { existing } from './inhibitors.ts';

/** A remedy that costs work can wait, and an answer that is late is none. */
const DEADLINE = seconds(4);

type Host = Pick<HostView, 'httpGet' | 'fileStatus'>;
/** Pods of the node that a label selector selects and that have not ended, `namespace/name`. */
export type SelectedPods = (selector: string) => Promise<Told<readonly string[]>>;

function whyNot(answer: Exclude<HttpAnswer, { readonly kind: 'response' }>): string {
  if (answer.kind === 'untrusted' || answer.kind === 'no-identity') return answer.reason;
  return answer.kind === 'failed' ? answer.code : answer.kind;
}

async function firingAlerts(host: Host, { url, ca }: BlockerSettings['prometheus']): Promise<Told<readonly string[]>> {
  const alerts = `${url.replace(/\/+$/, '')}/api/v1/alerts`;
  const trusted = ca === '' ? {} : { authorities: ca };
  const answer = await host.httpGet({ url: alerts, deadline: DEADLINE, maxBytes: 16 * MiB, ...trusted });
  if (answer.kind !== 'response') return { kind: 'unknown', why: `Prometheus at ${url}: ${whyNot(answer)}` };
  if (answer.truncated) return { kind: 'unknown', why: `Prometheus at ${url} answered more than 16 MiB` };
  // A refusal has the same form as an answer, and says why.
  return parseAlerts(answer.body);
}

interface Listed {
  readonly items?: readonly { readonly metadata?: { readonly namespace?: unknown; readonly name?: unknown } }[];
}

/** With the agent's own identity. */
export const podsOfNode =
  (host: Pick<HostView, 'apiGet'>, node: string): SelectedPods =>
  async (selector) => {
    const fields = `spec.nodeName=${node},status.phase!=Succeeded,status.phase!=Failed`;
    const path = `/api/v1/pods?${new URLSearchParams({ fieldSelector: fields, labelSelector: selector }).toString()}`;
    const listed = outcomeOf<Listed>(await host.apiGet({ path, deadline: DEADLINE, metadataOnly: true }));
    if (!listed.ok) return { kind: 'unknown', why: listed.failure.message };
    const items = Array.isArray(listed.value.items) ? listed.value.items : [];
    return { kind: 'told', value: items.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`) };
  };

async function allSelected(podsOf: SelectedPods, selectors: readonly string[]): Promise<Told<readonly string[]>> {
  const answers = await Promise.all(selectors.map(podsOf));
  const failed = answers.find(({ kind }) => kind === 'unknown');
  if (failed !== undefined) return failed;
  return { kind: 'told', value: [...new Set(answers.flatMap((answer) => (answer.kind === 'told' ? answer.value : [])))] };
}

/** Why nothing that costs work may begin now; asked before a budget's lease is taken, so that none is held while blocked. */
export async function readBlockers(host: Host, podsOf: SelectedPods, settings: BlockerSettings): Promise<readonly string[]> {
  const { files, pods, prometheus } = settings;
  const [found, selected, alerts] = await Promise.all([
    existing(host, files),
    pods.length === 0 ? undefined : allSelected(podsOf, pods),
    prometheus.url === '' ? undefined : firingAlerts(host, prometheus),
  ]);
  const look: BlockerLook = {
    files: found,
    ...(selected === undefined ? {} : { pods: selected }),
    ...(alerts === undefined ? {} : { alerts }),
  };
  return blocking(look, settings);
}
