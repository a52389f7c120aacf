import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord, openMaintainJournal } from '../../../agent/maintain/journal.ts';
import { localFiles } from '../../../lib/host/exact-file.ts';
import type { MaintainRecord } from '../../../lib/maintain/record.ts';
import { order } from '../../fakes/maintained-node.ts';

const directory = mkdtempSync(join(tmpdir(), 'nodemend-maintain-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const record: MaintainRecord = {
  order: order({ command: ['sh', '-c', 'echo "ä\n"'] }),
  stage: 'command',
  boot: 'b',
  begun: 'b',
  cordon: 'ours',
};

describe('the journal', () => {
  it('holds one record, whole, and nothing beside it', async () => {
    const place = join(directory, 'a/b');
    const journal = openMaintainJournal(join(place, 'maintain.journal'), localFiles);

    expect(await journal.read()).toEqual({ kind: 'none' });
    await journal.clear();
    await journal.write(record);
    await journal.write({ ...record, stage: 'reboot' });
    expect(await journal.read()).toEqual({ kind: 'open', record: { ...record, stage: 'reboot' } });
    expect(readdirSync(place)).toEqual(['maintain.journal']);
    await journal.clear();
    expect(await journal.read()).toEqual({ kind: 'none' });
  });

  it('is damaged by any byte that is another, and says so', () => {
    const text = encodeRecord(record);
    for (let at = 0; at < text.length - 1; at += 1) {
      const broken = `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`;
      expect(decodeRecord(broken).kind, `byte ${at}`).toBe('damaged');
    }
    for (let length = 0; length < text.length - 1; length += 1) {
      expect(decodeRecord(text.slice(0, length)).kind, `cut at ${length}`).toBe('damaged');
    }
  });

  it.each(['', '\0\0\0', 'null', '00000000 null'])('%j is damaged', async (text) => {
    const path = join(directory, 'damaged');
    writeFileSync(path, text);

    expect((await openMaintainJournal(path, localFiles).read()).kind).toBe('damaged');
  });
});
