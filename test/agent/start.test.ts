import { describe, expect, it } from 'vitest';
import { explained } from '../../agent/start.ts';
import { AgentError } from '../../lib/errors.ts';

const HOSTILE = 'the API server said \x1b[2J\x9b31m\u202e';

describe('an error', () => {
  it('is one that a person can mend: lines, a hint and its code', () => {
    const error = new AgentError('CONFIG_INVALID', 'a.yaml:1:1: unknown key\n  a.yaml:2:1: unknown key');

    expect(explained(error)).toBe(
      'nodemend: a.yaml:1:1: unknown key\n  a.yaml:2:1: unknown key\n  correct the file; `nodemend config schema` lists every key and `nodemend config check` validates (CONFIG_INVALID)\n',
    );
  });

  it.each([
    new AgentError('KUBECONFIG_INVALID', HOSTILE),
    new Error(HOSTILE),
    HOSTILE,
  ])('does not drive the terminal: %s', (error) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
    expect(explained(error)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});
