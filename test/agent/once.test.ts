import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultConfig } from '../../agent/configuration.ts';
import { once } from '../../agent/once.ts';
import type { ClusterClient } from '../../lib/kube/client.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';

const nobody = { kind: 'none', reason: 'no kubeconfig' } as const;
const cluster: ClusterClient = {
  apiGet: async () => ({ kind: 'no-identity', reason: 'no kubeconfig' }),
  apiSend: async () => ({ kind: 'no-identity', reason: 'no kubeconfig' }),
  trustedGet: async () => ({ kind: 'no-identity', reason: 'no kubeconfig' }),
  clusterIdentity: async () => nobody,
};

async function pass(fake: FakeNode) {
  const root = mkdtempSync(join(tmpdir(), 'nodemend-once-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const config = { ...defaultConfig(), runtimeDirectory: join(root, 'run'), stateDirectory: join(root, 'state') };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const status = await once({
    node: { host: fakeNode(fake), cluster },
    config,
    name: 'node-a',
    log,
    moment: () => ({ boot: 'b', up: 3_600_000 }),
  });
  const text = readFileSync(join(root, 'run', 'status.json'), 'utf8');
  return { status, said: JSON.parse(text) as Snapshot, hasLedger: existsSync(join(root, 'state', 'ledger')) };
}

describe('agent --once', () => {
  it('reports a pass with every check in it, and leaves the ledger alone', async () => {
    const { said, hasLedger } = await pass({});

    expect(said).toMatchObject({ kind: 'AgentStatus', node: 'node-a', lastRemedy: null });
    expect(said.checks.every(({ lastRun }) => lastRun !== null)).toBe(true);
    expect(hasLedger).toBe(false);
  });

  it('ends with the health that it saw', async () => {
    const files = { '/proc/sys/fs/file-nr': '990\t0\t1000\n', '/proc/sys/kernel/hostname': 'node-a\n' };
    const { status, said } = await pass({ files });

    expect(said.problems.map(({ type }) => type)).toContain('FileDescriptorsNearLimit');
    expect([1, 2]).toContain(status);
  });
});
