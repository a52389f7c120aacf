import { describe, expect, it } from 'vitest';
import { type InhibitorLook, inhibitions, parseInhibitors, parseSessions } from '../../lib/reboot/inhibitors.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const nothing: InhibitorLook = { files: [], annotation: undefined, locks: [], sessions: [], unknown: [] };
const lock = (what: string, mode: string) => ({ what, who: 'Upgrade', why: 'rpm runs', mode });

describe('inhibitions', () => {
  it.each<[string, Partial<InhibitorLook>]>([
    ['nothing', {}],
    ["the kubelet's own lock", { locks: [{ what: 'shutdown', who: 'kubelet', why: 'Kubelet needs time', mode: 'delay' }] }],
    ['a lock that root may pass', { locks: [lock('shutdown', 'block-weak')] }],
    ['a lock against sleep', { locks: [lock('sleep:idle', 'block')] }],
    ['an annotation that says no', { annotation: 'false' }],
    ['an empty annotation', { annotation: ' ' }],
    ['a time that is over', { annotation: '2026-01-01T11:59:59Z' }],
  ])('%s holds nothing', (_what, changes) => {
    expect(inhibitions({ ...nothing, ...changes }, NOW)).toEqual([]);
  });

  it.each<[string, Partial<InhibitorLook>, string]>([
    ['a file', { files: ['/etc/nodemend/no-reboot'] }, '/etc/nodemend/no-reboot exists'],
    ['an annotation', { annotation: 'true' }, 'nodemend.io/no-reboot=true'],
    ['a time to come', { annotation: '2026-01-01T12:00:01Z' }, '12:00:01Z'],
    ['a word that nobody understands', { annotation: 'please' }, 'please'],
    ['a block', { locks: [lock('sleep:shutdown', 'block')] }, 'Upgrade blocks a shutdown: rpm runs'],
    ['somebody who is logged in', { sessions: [{ user: 'eve', id: '4' }] }, 'eve is logged in (session 4)'],
    ['what could not be asked', { unknown: ['logind is silent'] }, 'logind is silent'],
  ])('%s alone holds', (_what, changes, why) => {
    expect(inhibitions({ ...nothing, ...changes }, NOW)).toEqual([expect.stringContaining(why)]);
  });
});

describe('parseInhibitors', () => {
  it('reads what busctl prints', () => {
    const text =
      'a(ssssuu) 2 "shutdown" "kubelet" "Kubelet needs time to handle node shutdown" "delay" 0 812 "shutdown:sleep" "a \\"b\\" \\303\\244\\n" "" "block" 0 4711\n';

    expect(parseInhibitors(text)).toEqual([
      { what: 'shutdown', who: 'kubelet', why: 'Kubelet needs time to handle node shutdown', mode: 'delay' },
      { what: 'shutdown:sleep', who: 'a "b" ä\n', why: '', mode: 'block' },
    ]);
  });

  it.each([['a(ssssuu) 0', []]])('%j is an empty list', (text, expected) => expect(parseInhibitors(text)).toEqual(expected));

  it.each([
    '',
    'a(ssssuu)',
    'a(ssssuu) 2 "shutdown" "x" "y" "block" 0 1',
    'a(ssssuu) 1 "shutdown" "x" "y" "block" 0',
    'as 1 "x"',
    'Failed',
  ])('%j is none', (text) => expect(parseInhibitors(text)).toBeUndefined());
});

describe('parseSessions', () => {
  it('counts people, and nobody else', () => {
    const text = [
      'Id=1\nName=root\nClass=user\nState=active',
      'Id=2\nName=eve\nClass=user\nState=closing',
      'Id=3\nName=cron\nClass=background\nState=online',
      'Id=c1\nName=gdm\nClass=greeter\nState=online',
      'Id=9\nName=bob\nClass=user-early\nState=online',
    ].join('\n\n');

    expect(parseSessions(text)).toEqual([
      { user: 'root', id: '1' },
      { user: 'bob', id: '9' },
    ]);
  });

  it('of nothing is nobody', () => expect(parseSessions('')).toEqual([]));
});
