import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { liftPause, pauseWords, writePause } from '../../agent/pausing.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const order = { until: NOW + 3_600_000, reason: 'new disks', by: 'paused by bob', at: NOW };

function place(): string {
  const directory = mkdtempSync(join(tmpdir(), 'nodemend-pause-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'nodemend', 'pause');
}

describe('the pause file', () => {
  it('is written for everybody to read, and lifted with what it said', async () => {
    const path = place();
    await writePause(path, order);

    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readFileSync(path, 'utf8')).toContain('until: 2026-01-01T13:00:00.000Z\nreason: new disks\n');
    const lifted = await liftPause(path, NOW);
    expect(lifted.kind === 'lifted' && pauseWords(lifted.pause)).toBe('until 2026-01-01T13:00:00.000Z: new disks');
    expect(await liftPause(path, NOW)).toEqual({ kind: 'none' });
  });

  it('is replaced by another pause, and leaves nothing beside it', async () => {
    const path = place();
    await writePause(path, order);
    await writePause(path, { ...order, until: undefined, reason: 'for good' });

    expect(readFileSync(path, 'utf8')).not.toContain('until');
    expect(readdirSync(join(path, '..'))).toEqual(['pause']);
  });

  it.each([
    'new \x1b[31mkernel',
    'two\nuntil: 2099-01-01',
    'x'.repeat(9000),
  ])('ends in time, whatever the reason is: %.20j', async (reason) => {
    const path = place();
    await writePause(path, { ...order, reason });
    const lifted = await liftPause(path, NOW);

    expect(lifted).toMatchObject({ kind: 'lifted', pause: { until: order.until } });
  });

  it('says when it was over already', async () => {
    const path = place();
    await writePause(path, order);

    expect(await liftPause(path, NOW + 7_200_000)).toEqual({ kind: 'over' });
  });

  it('lifts what cannot be understood, and says that it paused', async () => {
    const path = place();
    await writePause(path, order);
    writeFileSync(path, Buffer.from([0, 1, 2]));
    const lifted = await liftPause(path, NOW);

    expect(lifted.kind === 'lifted' && pauseWords(lifted.pause)).toMatch(/without end: .*cannot be understood/);
  });

  it('that cannot be written or removed is an error that says what holds', async () => {
    const path = place();
    mkdirSync(path, { recursive: true });

    await expect(writePause(path, order)).rejects.toThrow(/nothing is paused/);
    await expect(liftPause(path, NOW)).rejects.toThrow(/it still pauses/);
  });
});
