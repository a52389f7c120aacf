import { describe, expect, it } from 'vitest';
import { type BlockerSettings, NO_BLOCKERS } from '../../lib/model/reboot.ts';
import { blocking, parseAlerts } from '../../lib/reboot/blockers.ts';

const told = (...value: string[]) => ({ kind: 'told', value }) as const;
const unknown = { kind: 'unknown', why: 'refused' } as const;
const prometheus = (changes: Partial<BlockerSettings['prometheus']> = {}): BlockerSettings => ({
  ...NO_BLOCKERS,
  prometheus: { ...NO_BLOCKERS.prometheus, url: 'http://prometheus:9090', ...changes },
});

describe('blocking', () => {
  it.each<[string, Parameters<typeof blocking>[0], BlockerSettings]>([
    ['nothing that was asked', { files: [] }, NO_BLOCKERS],
    ['no pod', { files: [], pods: told() }, NO_BLOCKERS],
    ['no alert', { files: [], alerts: told() }, prometheus()],
    ['an alert of another name', { files: [], alerts: told('Watchdog') }, prometheus({ alerts: 'Etcd.*' })],
    ['half of a name', { files: [], alerts: told('EtcdDown') }, prometheus({ alerts: 'Etcd' })],
    ['one that is ignored', { files: [], alerts: told('Watchdog') }, prometheus({ ignore: 'Watchdog|Info.*' })],
  ])('%s blocks nothing', (_what, look, settings) => expect(blocking(look, settings)).toEqual([]));

  it.each<[string, Parameters<typeof blocking>[0], BlockerSettings, string]>([
    ['a file', { files: ['/run/backup'] }, NO_BLOCKERS, '/run/backup exists'],
    ['a pod', { files: [], pods: told('db/backup-1') }, NO_BLOCKERS, 'a pod on this node: db/backup-1'],
    ['pods that nobody can list', { files: [], pods: unknown }, NO_BLOCKERS, 'refused'],
    ['an alert', { files: [], alerts: told('EtcdDown', 'EtcdDown') }, prometheus(), 'alert firing: EtcdDown'],
    ['many', { files: [], alerts: told('A', 'B', 'C', 'D', 'E') }, prometheus(), '5 alerts firing: A, B, C, and 2 more'],
    ['a Prometheus that is away', { files: [], alerts: unknown }, prometheus(), 'whether an alert fires is not known: refused'],
    ['a pattern that is none', { files: [], alerts: told('A') }, prometheus({ alerts: '(' }), 'alert firing: A'],
  ])('%s blocks', (_what, look, settings, why) => expect(blocking(look, settings)).toEqual([expect.stringContaining(why)]));
});

describe('parseAlerts', () => {
  it('takes those that fire', () => {
    const alerts = [
      { labels: { alertname: 'A' }, state: 'firing' },
      { labels: { alertname: 'B' }, state: 'pending' },
      { state: 'firing' },
    ];

    expect(parseAlerts(JSON.stringify({ status: 'success', data: { alerts } }))).toEqual(told('A', ''));
  });

  it.each([
    ['', 'did not answer with JSON'],
    ['<html>', 'did not answer with JSON'],
    ['null', 'did not answer with its alerts'],
    ['[]', 'did not answer with its alerts'],
    ['{"status":"error","error":"bad"}', 'did not answer with its alerts: bad'],
    ['{"status":"success","data":{}}', 'did not answer with its alerts'],
  ])('%j is no answer', (text, why) => {
    expect(parseAlerts(text)).toEqual({ kind: 'unknown', why: `Prometheus ${why}` });
  });
});
