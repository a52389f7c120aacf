import { readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { criCall } from '../../lib/host/cri/call.ts';
import { httpGet } from '../../lib/host/http.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { DOCKER } from '../fakes/sim/node.ts';
import { temporaryDirectory } from '../kube/kubeconfig-files.ts';
import { fault } from './fault.ts';
import { type Rig, rig, rigWithApi } from './rig.ts';

/** A real server on a unix socket; gives its path and how many connections are open. */
async function serverAt(serve: (socket: net.Socket, request: string) => void) {
  const path = join(temporaryDirectory(), 's');
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    socket.once('data', (data) => serve(socket, data.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { path, open };
}

/** Docker is behind a real socket now; one that owes its answer costs the real world `patience`, and the node its whole deadline. */
function dockerBehind(at: Rig, path: string, only: (url: string) => boolean = () => true, patience = 10_000): void {
  at.node.trouble.httpGet = async (request) => {
    if (request.socketPath === undefined || !only(request.url)) return undefined;
    const answer = await at.clock.during(httpGet({ ...request, socketPath: path, deadline: patience }));
    if (answer.kind === 'timed-out') await at.clock.sleep(request.deadline);
    return answer;
  };
}

const list = (url: string) => url.includes('/containers/json');
const statusOf = ({ agent }: Rig, check: string) => agent.latest()?.checks.find(({ name }) => name === check)?.status;
const head = (more: string) => `HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\n${more}\r\n\r\n`;

describe('the sockets of the runtime', () => {
  fault('docker-garbage', async () => {
    const at = await rig();
    const noise = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256));
    const { path } = await serverAt((socket) => socket.end(noise));
    dockerBehind(at, path);
    await at.clock.run(minutes(1));

    expect(statusOf(at, 'container-runtime')).toBe('unknown');
    expect(at.node.acts()).toEqual([]);
  });

  fault('docker-huge', async () => {
    const at = await rig();
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    let most = 0;
    const { path } = await serverAt((socket) => {
      let sent = 0;
      const pour = () => {
        while (!socket.destroyed && sent < 100 * chunk.length) {
          sent += chunk.length;
          most = Math.max(most, sent);
          if (!socket.write(chunk)) return void socket.once('drain', pour);
        }
      };
      socket.write(head(`Content-Length: ${100 * chunk.length}`));
      pour();
    });
    dockerBehind(at, path, list);
    await at.clock.run(seconds(31));

    expect(most).toBeLessThanOrEqual(24 * chunk.length);
    expect(statusOf(at, 'container-runtime')).toBe('unknown');
    expect(at.node.acts()).toEqual([]);
  });

  fault('docker-endless', async () => {
    const at = await rig();
    const { path, open } = await serverAt((socket) => {
      socket.write(head('Transfer-Encoding: chunked'));
      const timer = setInterval(() => socket.write('1\r\n \r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    });
    dockerBehind(at, path, list, 100);
    await at.clock.run(minutes(1));
    const kubelet = at.agent.latest()?.checks.find(({ name }) => name === 'kubelet-health')?.lastRun ?? '';

    expect(open.size).toBeLessThanOrEqual(2);
    expect(at.clock.now() - Date.parse(kubelet)).toBeLessThanOrEqual(seconds(16));
    expect(at.node.restarts(DOCKER)).toBeLessThanOrEqual(1);
  });

  fault('docker-errors', async () => {
    const at = await rig();
    const body = 'driver "overlay2" \u001b[2J failed';
    const { path } = await serverAt((socket) => {
      socket.end(`HTTP/1.1 500 Internal Server Error\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
    dockerBehind(at, path);
    await at.clock.run(seconds(30));
    const [problem] = at.agent.latest()?.problems ?? [];

    expect(problem?.reason).toBe('DockerDown');
    expect(readFileSync(join(at.root, 'run', 'status.json'), 'latin1')).not.toContain('\u001b');
    expect(at.agent.metrics()).not.toContain('\u001b');
  });

  fault('cri-garbage', async () => {
    const at = await rig();
    const { path } = await serverAt((socket) => socket.end(Buffer.from('ffffffffffffffffff00ff00ff', 'hex')));
    at.node.trouble.criCall = (request) => at.clock.during(criCall({ ...request, socketPath: path, deadline: 10_000 }));
    await at.clock.run(minutes(1));

    expect(statusOf(at, 'container-runtime')).toBe('unknown');
    expect(at.node.acts()).toEqual([]);
    at.node.trouble.criCall = undefined;
    expect(await at.hangDocker()).toBe(true);
  });

  fault('hostile-names', async () => {
    const at = await rigWithApi();
    const name = `/k8s_\u001b]0;root\u0007\u001b[2Jweb_${'x'.repeat(10_000)}`;
    const stuck = { Id: 'ab'.repeat(32), Names: [name], State: 'running', Labels: { 'io.kubernetes.pod.name': name } };
    const well = Array.from({ length: 3 }, (_, index) => ({
      Id: `c${index}`.padEnd(64, '0'),
      Names: ['/w'],
      State: 'running',
      Labels: {},
    }));
    at.node.containers = JSON.stringify([stuck, ...well]);
    at.node.trouble.relisted = () => at.clock.now() - seconds(15);
    at.node.trouble.httpGet = async ({ url, deadline }) => {
      if (!url.includes(stuck.Id)) return undefined;
      await at.clock.sleep(deadline);
      return { kind: 'timed-out', after: deadline, connected: true };
    };
    await at.clock.run(minutes(2));
    const told = [
      readFileSync(join(at.root, 'run', 'status.json'), 'utf8'),
      at.agent.metrics(),
      JSON.stringify([...at.api.events.values(), ...at.api.conditions.values(), at.api.annotations]),
      ...at.agent.log.map((line) => JSON.stringify(line)),
    ];

    expect(at.agent.latest()?.problems.map(({ reason }) => reason)).toContain('ContainerHung');
    for (const text of told) expect(text.includes('\u001b') || text.includes('\\u001b') || text.includes('\u0007')).toBe(false);
    for (const { fields } of at.agent.log) expect(JSON.stringify(fields).length).toBeLessThan(4096);
    expect(told.join('')).toContain('abababababab');
  });
});
