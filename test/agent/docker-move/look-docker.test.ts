import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { settingsFileOf } from '../../../agent/docker-move/look-docker.ts';

const directory = mkdtempSync(join(tmpdir(), 'nodemend-look-docker-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the file that is written', () => {
  it('is what a link points to', () => {
    writeFileSync(join(directory, 'real.json'), '{}');
    symlinkSync('real.json', join(directory, 'daemon.json'));

    expect(settingsFileOf(['dockerd', '--config-file', join(directory, 'daemon.json')])).toBe(join(directory, 'real.json'));
  });

  it('need not be there yet', () => {
    expect(settingsFileOf(['dockerd', `--config-file=${directory}/none.json`])).toBe(join(directory, 'none.json'));
  });

  it('is none that dockerd does not read', () => {
    expect(() => settingsFileOf(['dockerd', '--config-file='])).toThrow('read no daemon.json');
  });
});
