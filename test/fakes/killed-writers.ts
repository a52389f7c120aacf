import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { readLedger } from '../../lib/ledger/read.ts';
import { isKind } from '../../lib/model/incident.ts';

export interface KilledWriters {
  readonly kills: number;
  readonly acknowledged: number;
  /** Actions that were acknowledged and could not be read after a kill. */
  readonly lost: readonly string[];
  /** Actions that were given to two entries. */
  readonly twice: readonly string[];
  readonly corrupt: number;
}

/** One bundle for all: half of a writer's life would otherwise be its start. */
async function bundleWriter(root: string): Promise<string> {
  const outfile = join(root, 'writer.cjs');
  const entry = join(import.meta.dirname, '../fixtures/bin/ledger-writer.ts');
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  return outfile;
}

/** What a writer said before it was killed: while it opens its ledger, or after so many acknowledgements and a moment more. */
async function killOne(writer: string, root: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [writer, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = Math.floor(Math.random() * 12);
  let said = '';
  const enough = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > lines) enough.resolve();
  });
  const ended = once(child, 'close');
  if (Math.random() < 0.1) await delay(20 + Math.random() * 40);
  else await Promise.race([enough.promise, ended]);
  await delay(Math.random() * 3);
  child.kill('SIGKILL');
  await ended;
  // The last line may be cut; what is not said whole was not acknowledged to anybody.
  return said
    .slice(0, said.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line.startsWith('disk '))
    .map((line) => line.slice(5));
}

/** Kills writers of real files by SIGKILL, one after another in each lane, and looks after each what is left. */
export async function killWriters(kills: number, lanes: number): Promise<KilledWriters> {
  const root = mkdtempSync(join(tmpdir(), 'nodemend-kill-'));
  const lost: string[] = [];
  const twice: string[] = [];
  let acknowledged = 0;
  let corrupt = 0;
  let left = kills;

  /** A new ledger every ten lives: reading back a long one takes longer than writing it. */
  async function lane(name: string, writer: string): Promise<void> {
    let known = new Set<string>();
    for (let life = 0; left > 0; life += 1) {
      left -= 1;
      if (life % 10 === 0) known = new Set();
      const directory = `${name}.${Math.floor(life / 10)}`;
      const said = await killOne(writer, directory);
      acknowledged += said.length;
      for (const action of said) {
        if (known.has(action)) twice.push(action);
        known.add(action);
      }
      const reading = await readLedger([join(directory, 'var'), join(directory, 'run')]);
      const found = new Set(reading.entries.filter(isKind('intent')).map(({ action }) => action));
      lost.push(...[...known].filter((action) => !found.has(action)));
      corrupt += reading.corrupt;
    }
  }

  try {
    const writer = await bundleWriter(root);
    await Promise.all(Array.from({ length: lanes }, (_, index) => lane(join(root, `lane-${index}`), writer)));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return { kills, acknowledged, lost, twice, corrupt };
}
