import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { claimOf, hang, heldBy, leasesOf, mend, runOf, untilHeldBy, untilRestarted, watchFor } from './node.ts';

export interface Seen {
  readonly text: string;
  readonly good: boolean;
}

/** The claim of one whose agent is dead holds the others, until nobody can believe it any more. */
export async function holderDies(lab: Lab): Promise<Seen> {
  const [first, second] = lab.hosts as [LabHost, LabHost];
  const before = await runOf(second);
  await first.sh(
    'mkdir -p /run/systemd/system/nodemend.service.d && printf "[Service]\\nRestart=no\\n" > /run/systemd/system/nodemend.service.d/99-bench.conf && systemctl daemon-reload',
  );
  try {
    await hang(first);
    await waitFor(
      'its claim',
      async () =>
        (await leasesOf(lab)).some((lease) => lease.metadata.name === first.name && claimOf(lease) !== undefined)
          ? true
          : undefined,
      { timeoutMs: 120_000, everyMs: 100 },
    );
    await first.exec(['systemctl', 'kill', '-s', 'KILL', 'nodemend']);
    await hang(second);
    const why = await untilHeldBy(second, 'fleet-budget');
    await watchFor(40, () => undefined);
    const isHeld = (await runOf(second)) === before && why.includes(first.name);
    const old = new Date(Date.now() - 29.5 * 60_000).toISOString().replace('Z', '000Z');
    await lab.kubectl([
      '-n',
      'nodemend',
      'patch',
      'lease',
      first.name,
      '--type=merge',
      '-p',
      JSON.stringify({ spec: { renewTime: old } }),
    ]);
    const took = await untilRestarted(second, before, 300_000);
    return { text: `held ("${why}"); its Lease made 29.5 min old: restarted ${took.toFixed(0)} s later`, good: isHeld };
  } finally {
    await first.sh(
      'rm -f /run/systemd/system/nodemend.service.d/99-bench.conf; systemctl daemon-reload; systemctl start nodemend',
    );
    await mend(first);
  }
}

/** Of nodes that break in one second the first ones see too few others: here each of them has told before anybody decides. */
async function allTold(lab: Lab): Promise<void> {
  const pause = async (word: string) =>
    await Promise.all(lab.hosts.map((host) => host.sh(`/opt/nodemend/nodemend ${word}`, { timeoutMs: 60_000 })));
  await pause('pause');
  await Promise.all(lab.hosts.map(hang));
  const told = async () => ((await leasesOf(lab)).length >= lab.hosts.length ? true : undefined);
  await waitFor('a Lease of each', told, { timeoutMs: 120_000, everyMs: 1000 });
  await pause('resume');
}

export async function breakerOpens(lab: Lab): Promise<Seen> {
  const runs = await Promise.all(lab.hosts.map(runOf));
  await allTold(lab);
  const why = await Promise.all(lab.hosts.map((host) => untilHeldBy(host, 'fleet-breaker')));
  await watchFor(60, () => undefined);
  const untouched = (await Promise.all(lab.hosts.map(runOf))).every((run, index) => run === runs[index]);
  const [last, ...others] = lab.hosts as [LabHost, ...LabHost[]];
  await Promise.all(others.map(mend));
  await watchFor(150, () => undefined);
  const stays = heldBy(last, 'fleet-breaker') !== undefined && (await runOf(last)) === runs[0];
  const took = await untilRestarted(last, runs[0] ?? '', 900_000);
  const text = `no restart in 60 s ("${why[0]?.slice(0, 90)}…"); two mended: still open after 150 s, closed by itself and restarted after ${(150 + took).toFixed(0)} s`;
  return { text, good: untouched && stays };
}

export async function personCloses(lab: Lab): Promise<Seen> {
  const [first] = lab.hosts as [LabHost];
  const before = await runOf(first);
  await allTold(lab);
  await Promise.all(lab.hosts.map((host) => untilHeldBy(host, 'fleet-breaker')));
  await first.sh('/opt/nodemend/nodemend reset breaker');
  const took = await untilRestarted(first, before, 200_000);
  const others = await Promise.all(lab.hosts.slice(1).map((host) => heldBy(host, 'fleet-breaker')));
  await Promise.all(lab.hosts.slice(1).map(mend));
  return {
    text: `nodemend reset breaker: restarted ${took.toFixed(0)} s later, the others still held`,
    good: others.every((why) => why !== undefined),
  };
}
