import { describe, expect, it } from 'vitest';
import type { TargetContainer } from '../../lib/model/remedy.ts';
import { endStuckShim } from '../../lib/remedies/end-stuck-shim.ts';
import { context } from './units.ts';

const ID = 'c0'.repeat(32);
const SANDBOX = '5a'.repeat(32);
const shim = { pid: 900, startTicks: 4711 };
const group = (container: string) => ({ container, group: `/sys/fs/cgroup/pids/kubepods/pod1/${container}` });
const plan = (container: TargetContainer | undefined, reason = 'ContainerHung') =>
  endStuckShim.plan?.(context(reason, container === undefined ? {} : { container }));

describe('end-stuck-shim', () => {
  it('ends the shim under docker, then what it may have left', () => {
    const planned = plan({ id: ID, shim, holds: ID, groups: [group(ID)] });

    expect(planned).toMatchObject({
      steps: [
        { do: 'end-process', process: shim, argument: ID, what: 'the shim of container c0c0c0c0c0c0' },
        { do: 'end-group', container: ID, patience: 2000 },
      ],
      delay: 0,
    });
  });

  it('ends the processes of the pod under CRI, then the shim that holds them', () => {
    const planned = plan({ id: ID, shim, holds: SANDBOX, groups: [group(SANDBOX), group(ID)] });

    expect(planned).toMatchObject({
      steps: [
        { do: 'end-group', container: SANDBOX, patience: 0 },
        { do: 'end-group', container: ID, patience: 0 },
        { do: 'end-process', process: shim, argument: SANDBOX, what: 'the shim of the pod of container c0c0c0c0c0c0' },
      ],
    });
  });

  it('ends a shim that holds no process', () => {
    expect(plan({ id: ID, shim, holds: SANDBOX, groups: [] })).toMatchObject({ steps: [{ do: 'end-process' }] });
  });

  it('refuses without the process that holds it', () => {
    expect(plan(undefined)).toEqual({ kind: 'refusal', why: expect.stringContaining('was not found') });
  });

  it('refuses for a fault that is not one container’s', () => {
    expect(plan({ id: ID, shim, holds: ID, groups: [] }, 'DockerHung')).toMatchObject({ kind: 'refusal' });
  });

  it('waits for the operator’s word', () => {
    expect(endStuckShim).toMatchObject({ disruption: 'workload', enabledByDefault: false });
  });
});
