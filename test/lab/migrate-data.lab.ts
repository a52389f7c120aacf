import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillDocker } from '../../bench/migrate-data/contents.ts';
import { dockerFingerprint } from '../../bench/migrate-data/fingerprint.ts';
import { measureAccident, measureMove } from '../../bench/migrate-data/measure.ts';
import { addDisk, leaveAsFound, putRsync } from '../../bench/migrate-data/place.ts';
import { scenarios } from '../../bench/migrate-data/scenarios.ts';
import { install } from './install.ts';
import { openLab } from './lab.ts';

const lab = openLab(process.env.NODEMEND_LAB);
const host = lab.host(process.env.NODEMEND_LAB_NODE);
const isDocker = host.runtime === 'docker';

/** One of each kind; all of them, and xfs, are `bench:migrate-data`. */
const NAMES = ['enospc', 'dockerd refuses', 'kill -9 copying'];
const chosen = scenarios.filter(({ name }) => NAMES.includes(name));

describe.runIf(isDocker)('nodemend docker migrate-data on a real docker', () => {
  let before: readonly string[] = [];
  let daemonJson = '';

  beforeAll(async () => {
    daemonJson = readFileSync(join(host.root, 'etc/docker/daemon.json'), 'utf8');
    await install(host);
    await putRsync(host, '20M');
    await fillDocker(host);
    await addDisk(host, 'ext4');
    before = await dockerFingerprint(host);
  });

  afterAll(async () => {
    await leaveAsFound(host, daemonJson);
  });

  it('has something to lose', () => {
    expect(before.filter((line) => line.startsWith('image ')).length).toBeGreaterThanOrEqual(20);
    expect(before.filter((line) => line.startsWith('container ')).length).toBeGreaterThanOrEqual(10);
    expect(chosen).toHaveLength(NAMES.length);
  });

  it.each(chosen)('$title: back on the old root, nothing lost', async (scenario) => {
    expect((await measureAccident(host, scenario, before)).complaints).toEqual([]);
  });

  it('moves, with a kill -9 in the copy and --resume, and removes the old data', async () => {
    expect((await measureMove(host, 'ext4', before)).complaints).toEqual([]);
  });
});
