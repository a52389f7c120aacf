import { describe, expect, it } from 'vitest';
import { kubectlStyle } from '../../agent/flag-styles.ts';

const options = {
  force: { type: 'boolean', description: '' },
  timeout: { type: 'string', description: '' },
  'dry-run': { type: 'string', bare: 'client', description: '' },
} as const;

describe('kubectlStyle', () => {
  it.each<[string, string]>([
    ['n --force', 'n --force'],
    ['n --force=true', 'n --force'],
    ['n --force=false', 'n'],
    ['--force=maybe', '--force=maybe'],
    ['--dry-run n', '--dry-run=client n'],
    ['--dry-run=server n', '--dry-run=server n'],
    ['--timeout -1', '--timeout=-1'],
    ['--timeout 5m', '--timeout 5m'],
    ['--unknown=true', '--unknown=true'],
    ['--constructor=true', '--constructor=true'],
    ['-- --force=true', '-- --force=true'],
  ])('%s → %s', (typed, parsed) => {
    expect(kubectlStyle(options, typed.split(' ')).join(' ')).toBe(parsed);
  });
});
