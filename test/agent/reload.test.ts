import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { composeHost } from '../../agent/compose.ts';
import { agentSchema, defaultConfig } from '../../agent/configuration.ts';
import { liveConfig } from '../../agent/live-config.ts';
import { openReload, tellConfiguration } from '../../agent/reload.ts';
import type { AgentConfig } from '../../lib/config/schema.ts';
import type { ConfigurationState } from '../../lib/model/snapshot.ts';
import type { EventRecord } from '../../lib/reporters/event-records.ts';

async function reloading(text: string) {
  const directory = mkdtempSync(join(tmpdir(), 'nodemend-reload-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'config.yaml');
  const write = (content: string) => writeFileSync(file, content);
  write(text);
  const applied: AgentConfig[] = [];
  const told: ConfigurationState[] = [];
  const reload = await openReload({
    host: composeHost(),
    schema: agentSchema,
    file,
    apply(config) {
      applied.push(config);
      return [];
    },
    tell: (state) => told.push(state),
  });
  return { reload, write, applied, told, file };
}

describe('reload', () => {
  it('reads nothing while nothing has changed', async () => {
    const { reload, applied, told } = await reloading('mode: remedy\n');
    await reload.tend();

    expect([applied.length, told.length]).toEqual([0, 0]);
  });

  it('applies what has changed, once', async () => {
    const { reload, write, applied } = await reloading('mode: remedy\n');
    write('mode: observe\n');
    await reload.tend();
    await reload.tend();

    expect(applied.map(({ mode }) => mode)).toEqual(['observe']);
    expect(reload.state).toMatchObject({ state: 'applied' });
  });

  it('sees a file with its old time and size', async () => {
    const { reload, write, applied, file } = await reloading('mode: observe\n');
    utimesSync(file, 1, 1);
    await reload.tend();
    write('mode: remedy \n');
    utimesSync(file, 1, 1);
    await reload.tend();

    expect(applied.map(({ mode }) => mode)).toEqual(['observe', 'remedy']);
  });

  it.each([
    ['a slip', 'mode: obsrve\n', /config\.yaml:1:7.*obsrve/],
    ['no YAML', 'mode: [\n', /config\.yaml:/],
    ['an unknown key', 'moed: observe\n', /moed/],
  ])('keeps what holds when there is %s in it, and says where', async (_, text, why) => {
    const { reload, write, applied, told } = await reloading('mode: remedy\n');
    write(text);
    await reload.tend();

    expect(applied).toEqual([]);
    expect(told).toMatchObject([{ state: 'rejected', why: expect.stringMatching(why) }]);
    write('mode: observe\n');
    await reload.tend();
    expect(reload.state).toMatchObject({ state: 'applied' });
  });

  it('keeps what holds when the file that was named is gone', async () => {
    const { reload, applied, file } = await reloading('mode: observe\n');
    rmSync(file);
    await reload.tend();

    expect(applied).toEqual([]);
    expect(reload.state).toMatchObject({ state: 'rejected', why: expect.stringContaining('no such file') });
  });

  it('reads it when asked to, changed or not', async () => {
    const { reload, told } = await reloading('mode: remedy\n');
    await Promise.all([reload.now(), reload.now()]);

    expect(told.length).toBe(1);
  });

  it.each([
    [{ state: 'rejected', at: '', why: 'a.yaml:1:2: bad', restartFor: [] }, 'ConfigurationRejected', 'error'],
    [{ state: 'applied', at: '', restartFor: ['nodeName'] }, 'ConfigurationApplied', 'info'],
  ] as const)('is told to log and cluster: %j', (state, reason, level) => {
    const levels: string[] = [];
    const events: EventRecord[] = [];
    const line = (name: string) => () => void levels.push(name);
    tellConfiguration(state, {
      log: { info: line('info'), warn: line('warn'), error: line('error') },
      say: (event) => void events.push(event),
    });

    expect(levels).toEqual([level]);
    expect(events).toMatchObject([{ reason, message: expect.stringMatching(/a\.yaml:1:2: bad|nodeName/) }]);
  });
});

describe('a live configuration', () => {
  it('is what was applied last, for those who hold it', () => {
    const live = liveConfig(defaultConfig());
    const { config } = live;

    expect(live.apply({ ...defaultConfig(), mode: 'observe' })).toEqual([]);
    expect(config.mode).toBe('observe');
    expect(Object.keys(config)).toEqual(Object.keys(defaultConfig()));
  });

  it('keeps what a running agent cannot change, and names it', () => {
    const live = liveConfig(defaultConfig());
    const next = { ...defaultConfig(), stateDirectory: '/elsewhere', nodeName: 'other', mode: 'observe' } as const;

    expect(live.apply(next)).toEqual(['stateDirectory', 'nodeName']);
    expect(live.config).toMatchObject({ stateDirectory: '/var/lib/nodemend', nodeName: 'auto', mode: 'observe' });
    expect(live.apply(defaultConfig())).toEqual([]);
  });
});
