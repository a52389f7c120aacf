import { describe, expect, it } from 'vitest';
import { type PluginEnd, resultOf } from '../../../lib/monitors/plugins/output.ts';

const exited = (code: number, output = ''): PluginEnd => ({ kind: 'exited', code, output });

describe('the result of a plugin', () => {
  /** node-problem-detector's TestNewPluginRun. */
  it.each<[string, PluginEnd, string, string]>([
    ['0 is good', exited(0, 'OK\n'), 'ok', 'OK'],
    ['1 is a problem', exited(1, ' NonOK \n'), 'problem', 'NonOK'],
    ['3 is unknown', exited(3, 'UNKNOWN'), 'unknown', 'UNKNOWN'],
    ['100 is unknown', exited(100, 'NOT DEFINED'), 'unknown', 'NOT DEFINED'],
    ['a signal is unknown', { kind: 'signalled', output: 'half' }, 'unknown', 'half'],
    ['what did not run is unknown', { kind: 'not-run', why: 'x'.repeat(90) }, 'unknown', 'x'.repeat(90)],
    ['a long output is cut', exited(0, '0123456789'.repeat(9)), 'ok', '0123456789'.repeat(8)],
    ['a cut character is left out', exited(1, `${'x'.repeat(79)}€`), 'problem', 'x'.repeat(79)],
    [
      'the deadline is told with what was said until then',
      { kind: 'timed-out', output: '"a"\n' },
      'unknown',
      'Timeout when running plugin "/p": state - signal: killed. output - "\\"a\\""',
    ],
  ])('%s', (_, end, status, message) => {
    expect(resultOf('/p', end, { mostOutput: 80 })).toMatchObject({ status, message });
  });

  it('may have no message', () => {
    expect(resultOf('/p', exited(1, 'x'), { mostOutput: 0 })).toEqual({ status: 'problem', message: '' });
  });
});
