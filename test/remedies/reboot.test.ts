import { describe, expect, it } from 'vitest';
import type { RebootSettings } from '../../lib/model/reboot.ts';
import { reboot } from '../../lib/remedies/reboot.ts';
import { context } from './units.ts';

const settings: RebootSettings = {
  inhibitors: { files: ['/run/no-reboot'], users: true },
  within: 900_000,
  validation: { stable: 120_000, within: 600_000 },
};

describe('reboot', () => {
  it('is one step with its own patience, and settles as long as the validation may take', () => {
    expect(reboot.plan?.(context('KernelDeadlock', { reboot: settings }))).toEqual({
      kind: 'plan',
      steps: [{ do: 'reboot', settings, within: 900_000 }],
      delay: 0,
      settle: 600_000,
    });
  });

  it('refuses where nobody has said how', () => {
    expect(reboot.plan?.(context('KernelDeadlock'))).toEqual({ kind: 'refusal', why: expect.stringContaining('not configured') });
  });
});
