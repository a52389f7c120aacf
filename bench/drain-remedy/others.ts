import { readonlyFilesystem } from '../../test/lab/faults/readonly-filesystem.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { statusOf } from '../repairs/agent-on-host.ts';
import { configOf, type Ground, recordOf, startAgent, untilStage } from './ground.ts';
import { fillNode, kubectl, podsOn } from './pods.ts';
import { witness } from './witness.ts';

type Rules = readonly (readonly [boolean, string])[];
const broken = (rules: Rules) => rules.flatMap(([holds, what]) => (holds ? [] : [what]));

/** A file system that really is read-only; mended while the buffer is waited for. */
export async function healed(ground: Ground): Promise<readonly string[]> {
  const { lab, host } = ground;
  await fillNode(ground);
  await kubectl(lab, 'delete', 'leases', '--all', '-n', 'nodemend');
  await startAgent(ground, configOf('buffer: 10s', '', 'ladder'));
  const seen = witness(lab, host.name);
  try {
    await readonlyFilesystem.break(host, lab);
    await untilStage(ground, ['scheduled']);
    await readonlyFilesystem.mend(host, lab);
    const record = await untilStage(ground, ['ended']);
    const last = await waitFor('the cancelled condition', async () => {
      const condition = seen.conditions('DrainScheduled').at(-1);
      return condition?.status === 'False' ? condition : undefined;
    });
    await waitFor('the uncordon', async () => (seen.cordons().length >= 3 ? true : undefined), { timeoutMs: 30_000 });
    return broken([
      [record.ending?.mark === 'Cancelled', `it ended as ${JSON.stringify(record.ending)}`],
      [/ \| Cancelled: /.test(last.message ?? ''), `condition: ${last.message}`],
      [seen.cordons().join() === 'false,true,false', `cordons: ${seen.cordons().join()}`],
      [seen.deletions().names.length === 0, `deleted: ${seen.deletions().names.join()}`],
      [
        seen.reasons().join() ===
          'CordonStarting,CordonSucceeded,DrainScheduled,DrainCancelled,UncordonStarting,UncordonSucceeded',
        `events: ${seen.reasons().join(', ')}`,
      ],
    ]);
  } finally {
    await readonlyFilesystem.mend(host, lab);
    seen.end();
  }
}

const TAINT = 'ToBeDeletedByClusterAutoscaler';

async function claimOf({ lab, host }: Ground): Promise<string | undefined> {
  const { code, stdout } = await lab.kubectl(['get', 'lease', host.name, '-n', 'nodemend', '-o', 'json']);
  if (code !== 0) return undefined;
  const { metadata } = JSON.parse(stdout) as { metadata: { labels?: Record<string, string> } };
  return metadata.labels?.['nodemend.io/remedy'];
}

/** Cluster Autoscaler takes the empty node: nothing more is done, nothing is held, nothing is taken back. */
export async function taken(ground: Ground): Promise<readonly string[]> {
  const { lab, host } = ground;
  await fillNode(ground);
  await host.sh('mkdir -p /etc/nodemend && touch /etc/nodemend/no-reboot');
  const config = configOf('buffer: 10s', '  reboot: { enabled: true }\n', 'ladder');
  await startAgent(ground, config);
  try {
    await readonlyFilesystem.break(host, lab);
    const record = await untilStage(ground, ['ended']);
    await kubectl(lab, 'taint', 'node', host.name, `${TAINT}=1:NoSchedule`);
    const problem = () => statusOf(host)?.problems.find(({ type }) => type === 'ReadonlyFilesystem');
    const holds = await waitFor(
      'the guard other-repairer',
      async () => (problem()?.holds.some(({ id }) => id === 'other-repairer') === true ? problem()?.holds : undefined),
      { timeoutMs: 90_000, everyMs: 500 },
    );
    const claim = await claimOf(ground);
    const left = await podsOn(lab, host.name, 'web');
    return broken([
      [record.ending?.outcome === 'succeeded', `it ended as ${JSON.stringify(record.ending)}`],
      [problem()?.next?.remedy === 'reboot', `next: ${JSON.stringify(problem()?.next)}`],
      [holds.some(({ why }) => why.includes(TAINT)), `holds: ${JSON.stringify(holds)}`],
      [claim === undefined, `the Lease still claims ${claim}`],
      [left.length === 0, `${left.length} pods are left`],
      [recordOf(host)?.owned === true, 'the cordon was taken back'],
    ]);
  } finally {
    await readonlyFilesystem.mend(host, lab);
    await lab.kubectl(['taint', 'node', host.name, `${TAINT}-`]);
    await host.sh('rm -f /etc/nodemend/no-reboot');
  }
}
