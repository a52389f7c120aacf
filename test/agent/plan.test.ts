import { describe, expect, it } from 'vitest';
import { containerOf, holderOf } from '../../agent/plan.ts';
import type { ShimHolding } from '../../lib/sources/runtime/shim-holdings.ts';
import { fault } from '../remedies/units.ts';

const A = 'a0'.repeat(32);
const B = 'b1'.repeat(32);
const reference = (id: string, name = 'web') => ({ id, name, pod: 'web-1', namespace: 'default', state: 'running' });
const stuck = (message: string) => fault('ContainerHung', { subject: 'default/web-1/web', message });

describe('containerOf', () => {
  it('takes the attempt that the message names', () => {
    expect(containerOf(stuck(`docker did not answer inspect (${B.slice(0, 12)})`), [reference(A), reference(B)])?.id).toBe(B);
  });

  it('takes the only one of that name', () => {
    expect(containerOf(stuck(''), [reference(A), reference(B, 'sidecar')])?.id).toBe(A);
  });

  it('guesses nothing', () => {
    expect(containerOf(stuck(''), [reference(A), reference(B)])).toBeUndefined();
    expect(containerOf(stuck(A.slice(0, 12)), [reference(A, 'other')])).toBeUndefined();
  });
});

describe('holderOf', () => {
  const shim = (pid: number, holds: string, ...containers: string[]): ShimHolding => ({
    pid,
    startTicks: pid,
    holds,
    groups: containers.map((container) => ({ container, group: `/sys/fs/cgroup/${container}` })),
  });

  it('believes the kernel before a command line', () => {
    expect(holderOf(A, [shim(1, A), shim(2, B, B, A)])).toMatchObject({ shim: { pid: 2, startTicks: 2 }, holds: B });
  });

  it('takes the shim of a container that has no process', () => {
    expect(holderOf(A, [shim(1, B, B), shim(2, A)])).toMatchObject({ shim: { pid: 2 }, groups: [] });
  });

  it('finds none among others', () => {
    expect(holderOf(A, [shim(1, B, B)])).toBeUndefined();
  });
});
