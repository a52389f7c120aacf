import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configOf, type Ground, layGround } from '../../bench/drain-remedy/ground.ts';
import { incident } from '../../bench/drain-remedy/incident.ts';
import { lineOf } from '../../bench/drain-remedy/line.ts';
import { kubectl } from '../../bench/drain-remedy/pods.ts';
import { openLab } from './lab.ts';

const lab = openLab(process.env.NODEMEND_LAB);
let ground: Ground;

/** With a kernel of its own: the machine's ring is everybody's. The long run, with kills and dead kubelets, is bench:drain-remedy. */
describe('the agent’s own drain', () => {
  beforeAll(async () => {
    ground = await layGround(lab, undefined, false);
  });

  afterAll(async () => {
    const { host } = ground;
    await host.sh('/opt/nodemend/install.sh uninstall --purge', { timeoutMs: 120_000 });
    await host.sh('rm -f /etc/nodemend/kubeconfig; while test -p /dev/kmsg; do umount /dev/kmsg || break; done');
    await kubectl(lab, 'uncordon', host.name);
  });

  it('goes from a line of the kernel to a node that is drained, each step told in order', async () => {
    const { broken, record } = await incident(ground, {
      config: configOf('buffer: 10s'),
      line: lineOf(lab, false),
    });

    expect(broken).toEqual([]);
    expect(record.ending?.message).toBe('drained: 4 pods moved away');
  });
});
