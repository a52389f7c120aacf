import { describe, expect, it } from 'vitest';
import { renderFailover } from '../../../agent/output/failover.ts';
import { toFailoverReport } from '../../../agent/output/failover-report.ts';
import { adviceOf } from '../../../lib/failover/advice.ts';
import { judgeSettings } from '../../../lib/failover/judge.ts';
import { outlookOf } from '../../../lib/failover/report.ts';
import type { FailoverPod } from '../../../lib/model/failover.ts';
import { pod, timing, tolerate, twoNodes, volume } from '../../failover/pods.ts';

const page = { columns: 100, color: false };

function report(pods: readonly FailoverPod[] | string, silentFor?: number) {
  const chain = timing('v1.36.2');
  const outlook = outlookOf({ node: 'a', timing: chain, nodes: twoNodes, pods });
  return toFailoverReport({
    node: 'a',
    time: '2026-01-01T00:00:00.000Z',
    asker: 'system:node:a (/etc/kubernetes/kubelet.conf)',
    silentFor,
    timing: chain,
    outlook,
    pods: typeof pods === 'string' ? pods : undefined,
    checks: judgeSettings(chain, outlook),
    advice: adviceOf('a', outlook, chain),
    unseen: [],
  });
}

const text = (...argv: Parameters<typeof report>) => renderFailover(report(...argv), page);

describe('failover, as text', () => {
  it('counts a single pod as one', () => {
    expect(text([pod()])).toContain('its pod is marked not ready and leaves its Services');
  });

  it('is a timeline that a tired person can read', () => {
    const shown = text([
      pod(),
      pod({ name: 'db-0', volumes: [volume('none')] }),
      pod({ name: 'agent', tolerations: [tolerate('')] }),
    ]);

    expect(shown).toContain('Heard again within 5m50s of its last heartbeat, it loses no pod.');
    expect(shown).toMatch(/^ +0s {2}last heartbeat; the kubelet itself may have died up to 10s later$/m);
    expect(shown).toMatch(/^ +50s – 55s {2}node Unknown; its 3 pods are marked not ready and leave their Services$/m);
    expect(shown).toMatch(/^ +5m50s – 5m55s {2}deleted .*: shop\/web-1, shop\/db-0$/m);
    expect(shown).toMatch(/shop\/agent .* stays$/m);
    expect(shown).toContain('TWO WRITERS from 5m50s – 5m56s');
    expect(shown).toContain("patch deployment/web --type=merge -p '{");
  });

  it('tells how far a node has come that is silent already', () => {
    expect(text([pod()], 8000)).not.toContain('SILENT');
    expect(text([pod()], 60_000)).toContain('SILENT for 1m already, next: pods-deleted in 4m50s.');
    expect(text([pod()], 3_600_000)).toContain('everything below has happened');
  });

  it('does not believe a default without saying so', () => {
    const seen = report([pod()]);
    const parameters = seen.parameters.map((one) => ({ ...one, origin: 'assumed' as const }));

    expect(renderFailover(seen, page)).not.toContain('cannot be seen');
    expect(renderFailover({ ...seen, parameters }, { ...page, columns: 200 })).toContain(
      'no pod – if the controller manager, which cannot be seen',
    );
  });

  it('says when a Job’s next pod comes', () => {
    const shown = text([pod({ controller: { kind: 'Job', name: 'Job/x' }, tolerations: [] })]);

    expect(shown).toMatch(/deleted 50s – 55s, new pod 59s – 1m6s$/m);
  });

  it('says that nothing moves, and that the pods could not be read', () => {
    expect(text([pod({ tolerations: [tolerate('')] })])).toContain('No pod is ever moved from it.');
    const blind = text('pods is forbidden');
    expect(blind).toContain('Which pods it has could not be read');
    expect(blind).toContain('the pods: pods is forbidden');
    expect(report('pods is forbidden').pods).toBeNull();
  });

  it('shows no control characters of anybody', () => {
    const shown = text([pod({ name: 'a\u001b[31mb', namespace: 'x\ny', controller: { kind: 'bare', name: '' } })]);

    expect(shown).not.toContain('\u001b');
    expect(shown).not.toContain('x\ny');
  });
});

describe('failover, as JSON', () => {
  it('counts in seconds from the last heartbeat, and null is for ever or never', () => {
    const { timeline, pods, parameters, untouchedUntilSeconds } = report([pod({ tolerations: [tolerate('')] }), pod()]);

    expect(timeline[1]).toEqual({
      stage: 'node-unknown',
      earliestSeconds: 50,
      latestSeconds: 55,
      pods: ['shop/web-1', 'shop/web-1'],
    });
    expect(pods?.map(({ toleration }) => toleration.unreachableSeconds)).toEqual([null, 300]);
    expect(pods?.map(({ deletion }) => deletion.at)).toEqual([null, { earliestSeconds: 350, latestSeconds: 355.1 }]);
    expect(parameters.find(({ name }) => name === 'node-monitor-grace-period')).toMatchObject({ value: 50, origin: 'read' });
    expect(untouchedUntilSeconds).toBe(350);
  });
});
