import { waitFor } from '../../test/lab/wait.ts';
import { inHost } from '../maintain/host.ts';
import type { Ground } from './ground.ts';
import type { Rules } from './ladder.ts';

const NODEMEND = '/opt/nodemend/bin/nodemend';

interface Doctor {
  readonly health: string;
  readonly problems: readonly { readonly type: string; readonly severity: string; readonly message: string }[];
}
interface Incidents {
  readonly incidents: readonly {
    readonly state: string;
    readonly healedBy: string | null;
    readonly actions: readonly { readonly remedy: string; readonly outcome: string | null }[];
  }[];
  readonly notes: readonly unknown[];
}

/** What the rebooted host says of it: doctor, the ledger, the metrics, the Node's annotations. */
export async function afterwards({ lab, host }: Ground): Promise<Rules> {
  const ask = async (...words: string[]) => await inHost(host, ['env', 'NO_COLOR=1', NODEMEND, ...words]);
  const doctor = await waitFor(
    'doctor to be green',
    async () => {
      const answer = await ask('doctor', '--json');
      return answer.code === 0 ? answer : undefined;
    },
    { timeoutMs: 60_000, everyMs: 2000 },
  ).catch(async () => await ask('doctor', '--json'));
  const { health, problems } = JSON.parse(doctor.stdout) as Doctor;
  const listed = await ask('incidents', '--json');
  const { incidents, notes } = JSON.parse(listed.stdout) as Incidents;
  const metrics = (await inHost(host, ['curl', '-s', 'http://127.0.0.1:20280/metrics'])).stdout;
  const counted = metrics.split('\n').filter((line) => /^nodemend_remedies_total\{/.test(line) && !line.endsWith(' 0'));
  const { metadata } = (await lab.kubectlJson(['get', 'node', host.name])) as {
    metadata: { annotations?: Readonly<Record<string, string>> };
  };
  const { annotations = {} } = metadata;
  console.log(`  ${counted.join('\n  ')}`);
  console.log(`  nodemend.io/last-remedy: ${annotations['nodemend.io/last-remedy']}`);
  console.log((await ask('incidents')).stdout.replaceAll(/^/gm, '  '));
  return [
    [
      doctor.code === 0 && health === 'Healthy',
      `doctor: ${doctor.code} ${health} ${JSON.stringify(problems.filter(({ severity }) => severity !== 'notice'))}`,
    ],
    [
      listed.code === 0 && notes.length === 0 && incidents.every(({ state }) => state === 'closed'),
      `incidents: ${listed.stdout.slice(0, 600)}`,
    ],
    [
      counted.some((line) => line.includes('remedy="reboot"') && line.includes('outcome="succeeded"')),
      `metrics: ${counted.join(' ')}`,
    ],
    [annotations['nodemend.io/health'] === 'Healthy', `annotation health: ${annotations['nodemend.io/health']}`],
    [
      /reboot/.test(annotations['nodemend.io/last-remedy'] ?? ''),
      `annotation last-remedy: ${annotations['nodemend.io/last-remedy']}`,
    ],
  ];
}
