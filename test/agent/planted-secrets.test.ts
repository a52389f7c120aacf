import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bundle } from '../../agent/bundle.ts';
import { defaultConfig } from '../../agent/configuration.ts';
import { examine } from '../../agent/examine.ts';
import { writeRecording } from '../../agent/recording-files.ts';
import type { HostView } from '../../lib/host/host.ts';
import { type RecordedAnswer, recordingHost } from '../../lib/host/recording.ts';
import { redactor } from '../../lib/host/redact.ts';
import type { Inventory } from '../../lib/model/inventory.ts';
import { incidentsOf } from '../../lib/policy/history.ts';
import { opened } from '../fakes/ledger.ts';
import { fakeNode } from '../fakes/node.ts';
import { ANSWERS, PLANTED, TEXTS } from '../fakes/planted.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const everything = TEXTS.map(([, text]) => text).join('\n');
const answers = ANSWERS.map(([, answer]) => answer);
const directory = () => mkdtempSync(join(tmpdir(), 'planted-'));

/** A node of which every file, program and daemon says nothing but secrets. */
function leakyNode(): HostView {
  const bare = fakeNode({
    now: NOW,
    processes: [{ pid: 7, name: 'kubelet' }],
    identity: {
      kind: 'identity',
      origin: 'own',
      file: '/a',
      server: 'https://a',
      credential: 'token',
      nodeName: 'db-7',
      nodeNameFrom: 'credential',
    },
  });
  const response = { kind: 'response', status: 200, headers: { 'set-cookie': 'pl4nted' }, truncated: false, took: 1 } as const;
  return {
    ...bare,
    // Tables of sockets and routes are the kernel's own numbers, and kept as such.
    readFile: async (path) => ({ kind: 'text', text: /^\/proc\/(?:\w+\/)?net\//.test(path) ? '' : everything, truncated: false }),
    listDirectory: async () => ({ kind: 'entries', names: ['10-a.conf', 'a.yaml', '7'] }),
    run: async () => ({ kind: 'exited', code: 0, stdout: everything, stderr: everything, truncated: false }),
    httpGet: async () => ({ ...response, body: JSON.stringify(answers) }),
    apiGet: async () => ({ ...response, body: { kind: 'List', items: answers } }),
  };
}

describe('record', () => {
  it('writes no secret, whatever the node says to every question', async () => {
    const kept: RecordedAnswer[] = [];
    const host = recordingHost(leakyNode(), (answer) => kept.push(answer));
    await examine(host, { config: defaultConfig(), version: '0.0.0' });
    await host.settled();
    const out = join(directory(), 'recording');
    const manifest = { apiVersion: 'nodemend.io/v1', kind: 'Recording', title: 't', agentVersion: '0', node: 'node-1' } as const;
    await writeRecording(out, { ...manifest, recordedAt: new Date(NOW).toISOString() }, kept.map(redactor(['db-7']).recorded));
    const written = readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'));

    expect(kept.length).toBeGreaterThan(50);
    expect(JSON.stringify(kept)).toMatch(PLANTED);
    expect(written.join('\n').length).toBeGreaterThan(10_000);
    expect(written.join('\n')).not.toMatch(PLANTED);
    expect(written.join('\n')).not.toContain('db-7');
  });
});

describe('incidents --bundle', () => {
  it('packs no secret, neither of the evidence nor of the ledger', async () => {
    const path = join(directory(), 'journal.txt');
    writeFileSync(path, everything);
    const evidence = TEXTS.map(([from, excerpt]) => ({ from, excerpt }));
    const entry = { ...opened({ evidence }), at: NOW, up: 1, boot: 'b', sequence: 1 };
    const [incident] = incidentsOf([entry as unknown as Parameters<typeof incidentsOf>[0][number]]);
    if (incident === undefined) throw new Error('no incident');
    const files = [{ name: 'journal.txt', path }];
    const no = { state: 'not-read', why: `db-7: ${everything}` } as const;
    const inventory: Inventory = {
      ...{ apiVersion: 'nodemend.io/v1', kind: 'Inventory', time: '2026-01-01T00:00:00Z' },
      parts: { machine: no, processors: no, memory: no, disks: no, network: no },
    };
    const parts = { incident, samples: [], files, inventory, redactor: redactor(['db-7']), at: NOW };
    const packed = gunzipSync(await bundle(parts)).toString('latin1');

    expect(packed).toContain('inventory.json');
    expect(packed).not.toContain('db-7');

    expect(packed).toContain('journal.txt');
    expect(packed).toContain('REDACTED');
    expect(packed).not.toMatch(PLANTED);
  });
});
