import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseArguments } from '../../../agent/arguments.ts';
import { failover } from '../../../agent/commands/failover.ts';
import { fakeApi } from '../../fakes/kube-api.ts';
import { fakeTerminal } from '../../fakes/terminal.ts';
import { temporaryDirectory, writeKubeconfig } from '../../kube/kubeconfig-files.ts';

afterEach(() => void vi.unstubAllEnvs());

async function type(line: string) {
  const { terminal, out } = fakeTerminal();
  const { command, options, positionals } = parseArguments([failover], line.split(' '));
  const status = await command.run({ options, positionals, terminal });
  return { status, report: JSON.parse(out()) as { node: string; askedAs: string } };
}

async function cluster(node: string) {
  const reply = (path: string) =>
    path === `/api/v1/nodes/${node}`
      ? { status: 200, body: { kind: 'Node', metadata: { name: node }, status: {} } }
      : { status: path.includes('/nodes/') ? 404 : 403, body: { kind: 'Status', message: 'no' } };
  const server = await fakeApi({ reply });
  onTestFinished(() => server.close());
  return server;
}

describe('nodemend failover', () => {
  it('asks with the kubeconfig that kubectl would take, of any node', async () => {
    const server = await cluster('far-away');
    const file = writeKubeconfig({ server: server.url });
    vi.stubEnv('KUBECONFIG', `${temporaryDirectory()}/missing:${file}`);
    const { status, report } = await type('failover far-away --json');

    expect(status).toBe(0);
    expect(report.node).toBe('far-away');
    expect(report.askedAs).toContain(file);
    expect(server.requests.map(({ path }) => path)).toContain('/api/v1/nodes/far-away');
    await expect(type('failover nowhere --json')).rejects.toThrow('the cluster has no Node nowhere');
  });

  it('takes the one that is named first, and a context of it', async () => {
    const [named, other] = [await cluster('a'), await cluster('b')];
    vi.stubEnv('KUBECONFIG', writeKubeconfig({ server: other.url }));
    const file = writeKubeconfig({ server: named.url });

    expect((await type(`failover a --json --kubeconfig ${file}`)).status).toBe(0);
    expect(other.requests).toEqual([]);
    await expect(type('failover b --json --context nobody')).rejects.toThrow('no context "nobody"');
  });
});
