import { describe, expect, it } from 'vitest';
import { parseProcessState, parseStartTicks } from '../../lib/model/proc-stat.ts';

const REST = 'S 1 812 812 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 30 0 4711 99 1\n';

describe('/proc/PID/stat', () => {
  it.each<[string, string, number | undefined, string | undefined]>([
    ['a plain name', `812 (dockerd) ${REST}`, 4711, 'S'],
    ['a name with blanks and parentheses', `812 (a) b) R 1) ${REST}`, 4711, 'S'],
    ['a name that is a line of its own', `812 (x) T 1\n2) ${REST}`, 4711, 'S'],
    ['the first process of all', `1 (init) ${REST.replace('4711', '0')}`, 0, 'S'],
    ['a process that has ended', `812 (x) ${REST.replace('S', 'Z')}`, 4711, 'Z'],
    ['a cut line', '812 (dockerd) S 1', undefined, 'S'],
    ['a line cut before the number', `812 (x) ${REST.slice(0, REST.indexOf('4711'))}`, undefined, 'S'],
    ['a number that is none', `812 (x) ${REST.replace('4711', 'x')}`, undefined, 'S'],
    ['no name', REST, undefined, undefined],
    ['a name alone', '812 (x)', undefined, undefined],
    ['nothing', '', undefined, undefined],
  ])('%s', (_name, stat, ticks, state) => {
    expect([parseStartTicks(stat), parseProcessState(stat)]).toEqual([ticks, state]);
  });
});
