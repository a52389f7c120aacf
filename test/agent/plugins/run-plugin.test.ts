import { describe, expect, it } from 'vitest';
import { type PluginCall, type RunParts, runPlugin, unitOf } from '../../../agent/plugins/run-plugin.ts';
import { fakeNode } from '../../fakes/node.ts';

const directory = { is: 'directory', mode: 0o755 } as const;
const status = { '/': directory, '/bin': directory, '/bin/sh': { is: 'file', mode: 0o755 } } as const;
const call = (script: string, timeout = 20_000): PluginCall => ({
  file: '/m.json',
  path: '/bin/sh',
  args: ['-c', script],
  timeout,
});

const run = (one: PluginCall, more: Partial<RunParts> = {}) =>
  runPlugin(one, { host: fakeNode({ status }), wrap: (argv) => argv, patience: 0, ...more });

describe('a plugin that is run', () => {
  it.each<[string, string, object]>([
    ['0', 'echo OK', { kind: 'exited', code: 0, output: 'OK\n' }],
    ['1', 'echo NonOK; exit 1', { kind: 'exited', code: 1, output: 'NonOK\n' }],
    ['3', 'exit 3', { kind: 'exited', code: 2 }],
    ['100', 'exit 100', { kind: 'exited', code: 2 }],
    ['that of what translates it', 'exit 11', { kind: 'exited', code: 2 }],
    ['a signal', 'kill -9 $$', { kind: 'exited', code: 2 }],
  ])('answers with its exit status: %s', async (_, script, expected) => {
    expect(await run(call(script))).toMatchObject(expected);
  });

  it('gets its arguments as they are', async () => {
    const args = ['-c', 'printf "%s|" "$@"', '-', 'a b', '$HOME', '', '"\'', '^x$'];

    expect(await run({ ...call(''), args })).toMatchObject({ output: 'a b|$HOME||"\'|^x$|' });
  });

  it('is killed at its timeout', async () => {
    expect(await run(call('echo half; sleep 60', 300))).toEqual({ kind: 'timed-out', output: 'half\n' });
  });

  it('keeps 4096 bytes of what it says', async () => {
    const end = await run(call('head -c 9000 /dev/zero | tr "\\0" x'));

    expect('output' in end && end.output.length).toBe(4096);
  });
});

describe('a plugin that is not run', () => {
  it('is said with what systemd-run says: its status 1 is no problem of the node', async () => {
    const wrap = () => ['/bin/sh', '-c', 'echo "Failed to connect to bus" >&2; exit 1'] as const;

    expect(await run(call('exit 0'), { wrap })).toEqual({
      kind: 'not-run',
      why: '/bin/sh was not run: Failed to connect to bus',
    });
  });

  it('is said when there is no systemd-run', async () => {
    expect(await run(call('exit 0'), { wrap: () => ['/nowhere/systemd-run'] })).toMatchObject({
      kind: 'not-run',
      why: expect.stringContaining('ENOENT'),
    });
  });

  it('is not started while a process of a former run is there', async () => {
    const files = { [`/sys/fs/cgroup/systemd/nodemend.slice/${unitOf(call('x'))}/cgroup.procs`]: '4711\n4712\n' };
    const wrap = () => expect.fail('it was started');

    expect(await run(call('x'), { host: fakeNode({ status, files }), wrap })).toEqual({
      kind: 'not-run',
      why: '/bin/sh was not run: process 4711 of a former run does not end',
    });
  });

  it('is not started when others may write it', async () => {
    const host = fakeNode({ status: { ...status, '/bin': { ...directory, mode: 0o777 } } });

    expect(await run(call('x'), { host, wrap: () => expect.fail('it was started') })).toEqual({
      kind: 'not-run',
      why: '/bin: others than root may write it',
    });
  });
});

it('has a unit of its own for each call', () => {
  const [a, b] = [unitOf(call('a')), unitOf(call('b'))];

  expect(a).toMatch(/^nodemend-plugin-[0-9a-f]{12}\.service$/);
  expect(b).not.toBe(a);
});
