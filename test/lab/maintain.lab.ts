import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { full } from '../../bench/maintain/full.ts';
import { failed, giveKubeconfig } from '../../bench/maintain/host.ts';
import { installAgent } from '../../bench/repairs/agent-on-host.ts';
import { openLab } from './lab.ts';

const lab = openLab(process.env.NODEMEND_LAB);
const host = lab.host(process.env.NODEMEND_LAB_NODE);

beforeAll(async () => {
  await installAgent(host);
  await host.sh('systemctl stop nodemend');
  giveKubeconfig(host, lab);
});

afterAll(async () => {
  await host.sh('/opt/nodemend/install.sh uninstall --purge', { timeoutMs: 120_000 });
});

/** Once; each inhibitor and the kills are `bench:maintain`. */
describe('nodemend maintain on a real node', () => {
  it('drains, runs the command, reboots, validates and uncordons', async () => {
    await full(lab, host);

    expect(failed()).toBe(0);
  });
});
