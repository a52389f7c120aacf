import { describe, expect, it } from 'vitest';
import { renderAccess } from '../../../agent/output/access.ts';
import { renderGivenUp, renderProposal } from '../../../agent/output/fix.ts';
import { restartRuntime } from '../../../lib/remedies/restart-runtime.ts';
import { standing } from '../../fakes/tidings.ts';

const page = { columns: 100, color: false };
const proposal = { standing: standing(), remedy: restartRuntime, by: 'the running agent (PID 42)' } as const;

describe('what doctor --fix proposes', () => {
  it.each([
    ['local', /running containers go on/],
    ['workload', /containers of this node end/],
    ['node', /everything on this node ends/],
  ] as const)('says what becomes of containers: %s', (disruption, words) => {
    const text = renderProposal({ ...proposal, disruption, holds: [] }, page);

    expect(text).toContain('restart-runtime for ContainerRuntimeUnhealthy/DockerHung (docker.service)');
    expect(text).toMatch(words);
    expect(text).toContain('the running agent (PID 42)');
    expect(text).toContain('the check container-runtime has to pass');
  });

  it('says what holds it, and not who would do it', () => {
    const holds = [{ id: 'cooldown', why: 'it ran 20 s ago' } as const];
    const text = renderProposal({ ...proposal, disruption: 'local', holds }, page);

    expect(text).toContain('cooldown: it ran 20 s ago');
    expect(text).not.toContain('PID 42');
  });

  it('says what was given up, and how to begin anew', () => {
    expect(renderGivenUp(standing(), ['restart-runtime'], page)).toContain('nodemend reset ContainerRuntimeUnhealthy');
  });
});

describe('the identity', () => {
  it('is shown with what it may do, may not do, and what is not known', () => {
    const access = [
      { what: 'read its Node', allowed: true },
      { what: 'evict pods', allowed: false },
      { what: 'write events', allowed: null },
    ];
    const report = {
      user: 'system:node:a',
      file: '/k',
      origin: 'kubelet',
      credential: 'certificate',
      expiresAt: null,
      node: 'a',
      access,
    };
    const text = renderAccess(report, page);

    expect(text).toContain("system:node:a for Node a, /k (the kubelet's)");
    expect(text).toMatch(/may +read its Node\n/);
    expect(text).toMatch(/may not +evict pods\n/);
    expect(text).toMatch(/not known +write events\n/);
  });
});
