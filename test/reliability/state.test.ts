import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { serveMetrics } from '../../agent/metrics-server.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import { type Disk, localDisk } from '../../lib/ledger/disk.ts';
import { takeLock, thisProcess } from '../../lib/ledger/lock.ts';
import { isKind } from '../../lib/model/incident.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { builtProgram } from '../fakes/program.ts';
import { DOCKER } from '../fakes/sim/node.ts';
import { temporaryDirectory } from '../kube/kubeconfig-files.ts';
import { fault } from './fault.ts';
import { rig } from './rig.ts';

const refuse = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));

/** Its state directory is on a file system that answers every write with this. */
function refusing(code: string, of: (path: string) => boolean): Disk {
  const guard =
    <Words extends readonly [string, ...unknown[]], Answer>(call: (...words: Words) => Promise<Answer>) =>
    (...words: Words): Promise<Answer> =>
      of(words[0]) ? refuse(code) : call(...words);
  const { create, extend, makeDirectory } = localDisk;
  return { ...localDisk, create: guard(create), extend: guard(extend), makeDirectory: guard(makeDirectory) };
}

describe('the state directory', () => {
  fault('state-read-only', async () => {
    const at = await rig({ disk: refusing('EROFS', (path) => path.includes('/var')) });
    expect(at.agent.ledger.state.kind).toBe('runtime');

    expect(await at.hangDocker()).toBe(true);
    await at.clock.run(minutes(6));
    at.node.mood(DOCKER, 'hung');
    await at.clock.run(minutes(1));

    expect(at.node.restarts(DOCKER)).toBe(1);
    expect(at.agent.latest()?.problems[0]?.next?.blockedBy).toContain('no-ledger');
    expect((await at.onDisk()).filter(isKind('intent'))).toHaveLength(1);
  });

  fault('state-nowhere', async () => {
    const at = await rig({ disk: refusing('EROFS', () => true) });
    at.node.mood(DOCKER, 'hung');
    await at.clock.run(minutes(1));

    expect(at.agent.ledger.state.kind).toBe('memory');
    expect(at.node.restarts(DOCKER)).toBe(0);
  });

  fault('state-full', async () => {
    let full = false;
    const disk: Disk = {
      ...localDisk,
      create: (path) => (full && path.includes('/var') ? refuse('ENOSPC') : localDisk.create(path)),
      async extend(path) {
        const file = await localDisk.extend(path);
        return { ...file, append: (bytes) => (full ? refuse('ENOSPC') : file.append(bytes)) };
      },
    };
    const at = await rig({ disk });
    await at.agent.ledger.tend();
    full = true;

    expect(await at.hangDocker()).toBe(true);
    await at.clock.run(minutes(1));

    expect(at.agent.ledger.state.kind).toBe('disk');
    expect((await at.onDisk()).filter(isKind('outcome')).map(({ outcome }) => outcome)).toEqual(['succeeded']);
  });

  fault('state-deleted', async () => {
    const at = await rig();
    await at.hangDocker();
    await at.clock.run(minutes(1));
    rmSync(join(at.root, 'var'), { recursive: true });
    await at.agent.ledger.tend();
    at.agent.kill();

    await at.again();
    at.node.mood(DOCKER, 'hung');
    await at.clock.run(minutes(1));

    expect(at.node.restarts(DOCKER)).toBe(1);
    expect((await at.onDisk()).filter(isKind('intent'))).toHaveLength(1);
  });

  fault('status-unwritable', async () => {
    const at = await rig({ before: () => undefined });
    rmSync(join(at.root, 'run', 'status.json'));
    mkdirSync(join(at.root, 'run', 'status.json'));

    expect(await at.hangDocker()).toBe(true);
    await at.clock.run(minutes(2));

    expect(at.agent.latest()?.health).toBe('Healthy');
    expect(at.agent.log.filter(({ message }) => message === 'file not written')).toHaveLength(1);
    expect(readdirSync(join(at.root, 'run')).filter((name) => name.includes('status'))).toEqual(['status.json']);
  });

  fault('metrics-port-taken', async () => {
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as net.AddressInfo;
    const at = await rig();
    const said: string[] = [];
    const onFailure = (why: string) => said.push(why);
    const server = serveMetrics({ listen: `127.0.0.1:${port}`, text: at.agent.metrics, unwell: () => undefined, onFailure });

    expect(await at.hangDocker()).toBe(true);
    await at.clock.run(seconds(30));
    server.close();
    other.close();

    expect(said).toEqual([expect.stringContaining('EADDRINUSE')]);
    expect(at.agent.metrics()).toContain('nodemend_remedies_total{remedy="restart-runtime",outcome="succeeded"} 1');
  });

  fault('two-agents', async () => {
    const root = temporaryDirectory();
    const [state, runtime] = [join(root, 'var'), join(root, 'run')];
    const own = thisProcess(bootClock()().boot, process.pid);
    const lock = takeLock([join(state, 'lock'), join(runtime, 'lock')], own, 'nodemend agent');
    const config = join(root, 'config.yaml');
    writeFileSync(config, `stateDirectory: ${state}\nruntimeDirectory: ${runtime}\ncluster: { enabled: false }\n`);

    const second = spawnSync(process.execPath, [await builtProgram(), 'agent', '--config', config], {
      encoding: 'utf8',
      timeout: 50_000,
    });
    lock.release();

    expect(second.status).not.toBe(0);
    expect(second.stderr).toContain(`PID ${process.pid}`);
    expect(readdirSync(state)).toEqual(['lock']);
  });

  fault('configuration-broken', async () => {
    const root = temporaryDirectory();
    const config = join(root, 'config.yaml');
    writeFileSync(config, `stateDirectory: ${root}/var\nremedies:\n  restart-runtme: { enabled: false }\n`);

    const agent = spawnSync(process.execPath, [await builtProgram(), 'agent', '--config', config], {
      encoding: 'utf8',
      timeout: 50_000,
    });

    expect(agent.status).toBe(78);
    expect(agent.stderr).toContain(`${config}:3:`);
    expect(agent.stderr).toContain('restart-runtime');
    expect(readdirSync(root)).toEqual(['config.yaml']);
  });
});
