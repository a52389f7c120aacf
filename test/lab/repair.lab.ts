import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshAgent, installAgent, untilCalm } from '../../bench/repairs/agent-on-host.ts';
import { measure } from '../../bench/repairs/measure.ts';
import { runReadyPods } from '../../bench/repairs/pods.ts';
import type { Scenario } from '../../bench/repairs/scenario.ts';
import { scenarios } from '../../bench/repairs/scenarios.ts';
import { openLab } from './lab.ts';

const lab = openLab(process.env.NODEMEND_LAB);
const host = lab.host(process.env.NODEMEND_LAB_NODE);

/** Once each; repetitions and figures are `bench:repairs`. Nothing here depends on how fast this machine is. */
const NAMES = {
  docker: ['docker-hung', 'kubelet-hung', 'live-restore-off'],
  containerd: ['containerd-hung'],
} as const;

function scenarioOf(name: string): Scenario {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`bench/repairs has no scenario ${name}`);
  return scenario;
}

beforeAll(async () => {
  await runReadyPods(lab, [host]);
  // The ring buffer is the machine's own: what other tests wrote there is nothing that a repair here could cure.
  const directory = join(host.root, 'etc/nodemend/conf.d');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, '80-lab.yaml'), 'monitors: { defaults: false }\n', { mode: 0o644 });
  await installAgent(host);
});

afterAll(async () => {
  await host.sh('/opt/nodemend/install.sh uninstall --purge', { timeoutMs: 120_000 });
});

describe('the installed agent on a real node', () => {
  it.each(NAMES[host.runtime === 'docker' ? 'docker' : 'containerd'].map(scenarioOf))('$name', async (scenario) => {
    await scenario.mend(host, lab);
    await scenario.before?.(host, lab);
    await freshAgent(host, scenario.config);
    await untilCalm(host, lab);

    const run = await measure({ ...scenario, limits: {} }, host, lab);

    await scenario.after?.(host, lab);
    expect(run.complaints, JSON.stringify(run, undefined, 2)).toEqual([]);
    if (scenario.remedy !== undefined) expect(run.remedies.map(({ outcome }) => outcome)).toEqual(['succeeded']);
  });
});
