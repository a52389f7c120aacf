import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'nodemend-leave-'));
afterAll(() => rmSync(directory, { recursive: true }));

function start(words: readonly (string | number)[], stdout: 'pipe' | number = 'pipe') {
  const program = join(import.meta.dirname, '../fixtures/bin/leave.ts');
  return spawn(process.execPath, [program, ...words.map(String)], { stdio: ['ignore', stdout, 'pipe'] });
}

describe('leave', () => {
  it('ends with the status while a call blocks the thread pool', async () => {
    const fifo = join(directory, 'fifo');
    execFileSync('mkfifo', [fifo]);

    const child = start([2, 10, fifo]);
    child.stdout?.resume();

    expect(await once(child, 'exit')).toEqual([2, null]);
  });

  it('hands over everything to a slow reader before it ends', async () => {
    const child = start([1, 1_000_000]);
    let length = 0;
    await delay(300);
    child.stdout?.on('data', (chunk: Buffer) => {
      length += chunk.length;
    });

    expect(await once(child, 'close')).toEqual([1, null]);
    expect(length).toBe(1_000_000);
  });

  it('ends although nobody takes what fills the pipe', async () => {
    const child = start([2, 1_000_000]);

    expect(await once(child, 'exit')).toEqual([2, null]);
    child.stdout?.destroy();
  });

  it('keeps quiet and keeps its status when the reader is gone', async () => {
    const child = start([1, 1_000_000]);
    let told = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    child.stdout?.destroy();

    expect(await once(child, 'close')).toEqual([1, null]);
    expect(told).toBe('');
  });

  it('says that output is lost when it cannot be written', async () => {
    const child = start([0, 10], openSync('/dev/full', 'w'));
    let told = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });

    expect(await once(child, 'close')).toEqual([70, null]);
    expect(told).toContain('output lost: ENOSPC');
  });
});
