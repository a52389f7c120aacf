import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFollower } from '../../../lib/monitors/lines/follower.ts';
import type { FollowerState } from '../../../lib/monitors/lines/follower-state.ts';
import type { LogFiles } from '../../../lib/monitors/lines/log-file.ts';
import { realFiles } from './real-files.ts';

let folder = '';
let log = '';
const followers: LogFollower[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nodemend-follower-'));
  log = join(folder, 'kern.log');
});
afterEach(async () => {
  for (const follower of followers.splice(0)) await follower.close();
  rmSync(folder, { recursive: true });
});

let now = 1_000_000;

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** Everything there is to read, as lines; what was lost in brackets. */
async function readAll(follower: LogFollower): Promise<readonly string[]> {
  const lines: string[] = [];
  for (;;) {
    const found = await follower.poll(now);
    if (found.length === 0) return lines;
    for (const one of found) lines.push(...(one.kind === 'lost' ? ['[lost]'] : latin1(one.bytes).split('\n').slice(0, -1)));
  }
}

function begin(state?: FollowerState, files = realFiles): LogFollower {
  const follower = new LogFollower(files, log, state);
  followers.push(follower);
  return follower;
}
const saved = (follower: LogFollower): FollowerState => JSON.parse(JSON.stringify(follower.state));

describe('a followed log', () => {
  it('gives whole lines, and holds one back that is not', async () => {
    const follower = begin();
    writeFileSync(log, 'a\nb\nc');

    expect(await readAll(follower)).toEqual(['a', 'b']);
    appendFileSync(log, 'c\nd\n');
    expect(await readAll(follower)).toEqual(['cc', 'd']);
  });

  it('may come later', async () => {
    const follower = begin();

    expect(await readAll(follower)).toEqual([]);
    writeFileSync(log, 'a\n');
    expect(await readAll(follower)).toEqual(['a']);
  });

  it('does not read what was rotated before', async () => {
    writeFileSync(`${log}.1`, 'old\n');
    writeFileSync(log, 'a\n');

    expect(await readAll(begin())).toEqual(['a']);
  });

  it('is renamed, with lines before and after', async () => {
    writeFileSync(log, 'a\n');
    const follower = begin();
    await readAll(follower);
    appendFileSync(log, 'b\n');
    renameSync(log, `${log}.1`);
    writeFileSync(log, 'd\n');
    appendFileSync(`${log}.1`, 'c\n');

    expect(await readAll(follower)).toEqual(['b', 'c', 'd']);
    appendFileSync(`${log}.1`, 'late\n');
    expect(await readAll(follower)).toEqual(['late']);
  });

  it('is rotated twice between two looks', async () => {
    writeFileSync(log, 'a\n');
    const follower = begin();
    await readAll(follower);
    renameSync(log, `${log}.1`);
    writeFileSync(log, 'b\n');
    renameSync(`${log}.1`, `${log}.2`);
    renameSync(log, `${log}.1`);
    writeFileSync(log, 'c\n');

    expect(await readAll(follower)).toEqual(['b', 'c']);
  });

  it('is copied and truncated, with lines nobody had read', async () => {
    writeFileSync(log, 'a1\n');
    const follower = begin();
    await readAll(follower);
    appendFileSync(log, 'a2\n');
    copyFileSync(log, `${log}.1`);
    truncateSync(log);
    appendFileSync(log, 'b1\nb2\nb3\n');

    expect(await readAll(follower)).toEqual(['a2', 'b1', 'b2', 'b3']);
    renameSync(`${log}.1`, `${log}.2`);
    appendFileSync(log, 'b4\n');
    copyFileSync(log, `${log}.1`);
    truncateSync(log);
    appendFileSync(log, 'c1\n');
    expect(await readAll(follower)).toEqual(['b4', 'c1']);
  });

  it('is truncated, and nobody kept what it had', async () => {
    writeFileSync(log, 'a\n');
    const follower = begin();
    await readAll(follower);
    writeFileSync(log, 'bb\n');

    expect(await readAll(follower)).toEqual(['[lost]', 'bb']);
  });

  it('is copied by a person: the copy is no log', async () => {
    writeFileSync(log, 'a\nb\n');
    const follower = begin();
    await readAll(follower);
    copyFileSync(log, `${log}.bak`);
    now += 10_000;
    expect(await readAll(follower)).toEqual([]);
    renameSync(log, `${log}.1`);
    writeFileSync(log, 'c\n');

    expect(await readAll(follower)).toEqual(['c']);
    now += 600_000;
    expect(await readAll(follower)).toEqual([]);
  });

  it('is deleted and created again', async () => {
    writeFileSync(log, 'a\n');
    const follower = begin();
    await readAll(follower);
    appendFileSync(log, 'b\n');
    rmSync(log);
    writeFileSync(log, 'c\n');

    expect(await readAll(follower)).toEqual(['b', 'c']);
  });

  it('is a link that points elsewhere, and back', async () => {
    const [first, second] = [join(folder, 'one'), join(folder, 'two')];
    writeFileSync(first, 'a\n');
    writeFileSync(second, 'b\n');
    symlinkSync(first, log);
    const follower = begin();
    const flip = (target: string) => {
      rmSync(log);
      symlinkSync(target, log);
    };

    expect(await readAll(follower)).toEqual(['a']);
    flip(second);
    expect(await readAll(follower)).toEqual(['b']);
    now += 600_000;
    await readAll(follower);
    appendFileSync(first, 'a2\n');
    flip(first);
    expect(await readAll(follower)).toEqual(['a2']);
  });

  it('gives the last line without its end when the file is given up', async () => {
    writeFileSync(log, 'a\nrest');
    const follower = begin();
    await readAll(follower);
    renameSync(log, `${log}.1`);
    writeFileSync(log, '');
    now += 600_000;
    await readAll(follower);
    now += 600_000;

    expect(await readAll(follower)).toEqual(['rest']);
  });

  it('cuts lines that do not end, in bounded memory', async () => {
    writeFileSync(log, `${'x'.repeat(1_000_000)}\nshort\n${'y'.repeat(300_000)}`);
    const follower = begin();

    expect((await readAll(follower)).map((line) => line.length)).toEqual([65_536, 5, 65_536]);
    appendFileSync(log, `${'y'.repeat(100_000)}\nafter\n`);
    const later = begin(saved(follower));
    expect(await readAll(later)).toEqual(['after']);
  });

  it('has any bytes', async () => {
    writeFileSync(log, Buffer.from([0x00, 0xff, 0x0a, 0x80, 0x0a]));

    expect(await readAll(begin())).toEqual(['\0\xff', '\x80']);
  });
});

describe('a restart', () => {
  it.each([
    ['goes on', () => appendFileSync(log, 'b\n'), ['b']],
    [
      'after a rename',
      () => {
        appendFileSync(log, 'b\n');
        renameSync(log, `${log}.1`);
        writeFileSync(log, 'c\n');
      },
      ['b', 'c'],
    ],
    [
      'after a copy and a truncation',
      () => {
        appendFileSync(log, 'b\n');
        copyFileSync(log, `${log}.1`);
        truncateSync(log);
        appendFileSync(log, 'a longer line than before\n');
      },
      ['b', 'a longer line than before'],
    ],
    [
      'after two rotations',
      () => {
        renameSync(log, `${log}.2`);
        writeFileSync(`${log}.1`, 'b\n');
        writeFileSync(log, 'c\n');
      },
      ['b', 'c'],
    ],
    [
      'after the file went away',
      () => {
        rmSync(log);
        writeFileSync(log, 'c\n');
      },
      ['[lost]', 'c'],
    ],
    ['with nothing new', () => undefined, []],
    ['with no log at all', () => rmSync(log), ['[lost]']],
  ])('%s', async (_, meanwhile, expected) => {
    writeFileSync(log, 'a\n');
    const before = begin();
    await readAll(before);
    const state = saved(before);
    await before.close();
    meanwhile();

    expect(await readAll(begin(state))).toEqual(expected);
  });
});

/** Files of a disk that fails whenever `fails` says so; how many of them are open. */
function failingDisk(fails: () => boolean) {
  const open = new Set<object>();
  const files: LogFiles = {
    siblings: realFiles.siblings,
    async open(path) {
      const file = await realFiles.open(path);
      if (file === undefined) return undefined;
      open.add(file);
      return {
        ...file,
        read: (position, length) => (fails() ? Promise.reject(new Error('EIO')) : file.read(position, length)),
        async close() {
          open.delete(file);
          await file.close();
        },
      };
    },
  };
  return { files, open: () => open.size };
}

/** Small, seeded, good enough to choose what happens. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('torture', () => {
  it.each(
    Array.from({ length: 12 }, (_, seed) => seed),
  )('seed %i: each line once, whatever the rotator does, and whenever the follower dies', async (seed) => {
    const next = random(seed + 1);
    let follower = begin();
    const written: string[] = [];
    const seen: string[] = [];
    let state = saved(follower);
    const shift = () => {
      for (const to of [3, 2]) if (existsSync(`${log}.${to - 1}`)) renameSync(`${log}.${to - 1}`, `${log}.${to}`);
    };
    const write = () => {
      const line = `${seed} ${written.length} ${'.'.repeat(Math.floor(next() * 40))}`;
      written.push(line);
      appendFileSync(log, `${line}\n`);
    };
    const look = async () => {
      seen.push(...(await readAll(follower)));
      state = saved(follower);
      now += Math.floor(next() * 20_000);
    };
    const die = async () => {
      await readAll(follower);
      await follower.close();
      follower = begin(state);
    };
    const rename = () => {
      if (!existsSync(log)) return;
      shift();
      renameSync(log, `${log}.1`);
    };
    const copyTruncate = () => {
      if (!existsSync(log)) return;
      shift();
      rmSync(`${log}.1`, { force: true });
      copyFileSync(log, `${log}.1`);
      truncateSync(log);
    };
    await look();
    for (let step = 0; step < 150; step++) {
      const what = next();
      if (what < 0.6) write();
      else if (what < 0.85) await look();
      else if (what < 0.9) await die();
      else if (what < 0.95) rename();
      else copyTruncate();
      // Between two looks one rotation: of a second one the copy may already be gone.
      if (what >= 0.9) await look();
    }
    await look();

    expect(seen.toSorted()).toEqual(written.toSorted());
  });

  it.each(
    Array.from({ length: 6 }, (_, seed) => seed),
  )('seed %i: no file stays open that a failing disk kept from being read', async (seed) => {
    const next = random(seed + 100);
    const disk = failingDisk(() => next() < 0.3);
    const follower = begin(undefined, disk.files);
    for (let step = 0; step < 200; step++) {
      appendFileSync(log, `${step}\n`);
      if (next() < 0.2) renameSync(log, `${log}.${step}`);
      if (next() < 0.2) writeFileSync(`${log}.x${step}`, `x ${step}\n`);
      await readAll(follower).catch(() => undefined);
      now += 6000;
    }
    await follower.close();

    expect(disk.open()).toBe(0);
  });
});
