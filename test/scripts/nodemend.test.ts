import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nodemend-launcher-'));
  mkdirSync(join(home, 'opt/nodemend/bin'), { recursive: true });
  mkdirSync(join(home, 'opt/nodemend/lib'));
  copyFileSync(join(import.meta.dirname, '../../scripts/nodemend.sh'), join(home, 'opt/nodemend/bin/nodemend'));
  chmodSync(join(home, 'opt/nodemend/bin/nodemend'), 0o755);
});
afterEach(() => rmSync(home, { recursive: true }));

/** A program called node that tells how it was started. */
function plantNode(path: string, name: string): void {
  mkdirSync(join(home, path, '..'), { recursive: true });
  const tell = `for word in "$@"; do printf '[%s]' "$word"; done; env | sed -n 's/^\\(NODE_\\|UV_\\)/ \\1/p' | tr -d '\\n'`;
  writeFileSync(join(home, path), `#!/bin/sh\nprintf '${name} '\n${tell}\nexit 3\n`, { mode: 0o755 });
}

function start(words: readonly string[], options: { program?: string; env?: Record<string, string> } = {}) {
  const { status, stdout, stderr } = spawnSync(join(home, options.program ?? 'opt/nodemend/bin/nodemend'), words, {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', ...options.env },
  });
  return { status, stdout: stdout.replaceAll(home, ''), stderr: stderr.replaceAll(home, '') };
}

describe('the launcher', () => {
  it('runs the runtime beside it, words as they are, and gives its status', () => {
    plantNode('opt/nodemend/bin/node', 'own');

    expect(start(['doctor', '--only', 'a b', ''])).toEqual({
      status: 3,
      stdout: 'own [/opt/nodemend/lib/cli.cjs][doctor][--only][a b][]',
      stderr: '',
    });
  });

  it('finds itself through links', () => {
    plantNode('opt/nodemend/bin/node', 'own');
    mkdirSync(join(home, 'bin'));
    symlinkSync('../opt/nodemend/bin/nodemend', join(home, 'bin/nodemend'));

    expect(start(['status'], { program: 'bin/nodemend' }).stdout).toBe('own [/opt/nodemend/lib/cli.cjs][status]');
  });

  it('runs the runtime of node_modules in a checkout', () => {
    const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
    plantNode(`opt/node_modules/node-linux-${arch}/bin/node`, 'checkout');

    expect(start(['status']).stdout).toBe('checkout [/opt/nodemend/lib/cli.cjs][status]');
  });

  it('never falls back to the node of the PATH', () => {
    plantNode('path/node', 'stranger');

    const { status, stdout, stderr } = start(['status'], { env: { PATH: `${home}/path:/usr/bin:/bin` } });
    expect({ status, stdout }).toEqual({ status: 70, stdout: '' });
    expect(stderr).toContain('its Node.js runtime is missing: /opt/nodemend/bin/node');
  });

  it('keeps what is meant for other Node.js programs away', () => {
    plantNode('opt/nodemend/bin/node', 'own');
    const env = { NODE_OPTIONS: '--require=/evil.js', NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_PATH: '/evil' };

    expect(start(['doctor'], { env }).stdout).toBe('own [/opt/nodemend/lib/cli.cjs][doctor]');
  });

  it('gives the daemon its flags, and only the daemon', () => {
    plantNode('opt/nodemend/bin/node', 'own');
    writeFileSync(join(home, 'opt/nodemend/lib/agent.cjs'), '');

    expect(start(['agent', '--once']).stdout).toBe(
      'own [--max-semi-space-size=1][--max-old-space-size=32][--heap-growing-percent=10][--optimize-for-size]' +
        '[--no-maglev][--no-sparkplug][--invocation-count-for-turbofan=50000][--v8-pool-size=0][--single-threaded-gc][--expose-gc]' +
        '[/opt/nodemend/lib/agent.cjs][--once] UV_THREADPOOL_SIZE=4',
    );
    expect(start(['doctor']).stdout).toBe('own [/opt/nodemend/lib/cli.cjs][doctor]');
  });
});
