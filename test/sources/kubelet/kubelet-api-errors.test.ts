import { describe, expect, it } from 'vitest';
import { toApiErrors } from '../../../lib/sources/kubelet/kubelet-api-errors.ts';

const entry = (message: string, at = 1) => ({ at, pid: 1, message });

describe('toApiErrors', () => {
  it.each([
    'E1121 11:01:02.1  812 controller.go:187] failed to update lease, error: Put "https://10.0.0.1:6443/apis/coordination.k8s.io/v1/…": context deadline exceeded',
    'E1121 11:01:02.1  812 kubelet_node_status.go:470] Error updating node status, will retry: error getting node "node-a": Get "https://…": dial tcp 10.0.0.1:6443: connect: connection refused',
    'E1121 11:01:02.1  812 controller.go:145] "Failed to ensure lease exists, will retry" err="Get \\"https://10.0.0.1:6443/…\\": dial tcp 10.0.0.1:6443: i/o timeout" interval="7s"',
    'E1121 11:01:02.1  812 kubelet_node_status.go:549] "Error updating node status, will retry" err="error getting node"',
    'E1121 11:01:02.1  812 kubelet_node_status.go:536] "Unable to update node status" err="update node status exceeds retry count"',
    'E1121 11:01:02.1  812 reflector.go:138] k8s.io/kubernetes/pkg/kubelet/kubelet.go:138: Failed to watch *v1.Node: failed to list *v1.Node',
  ])('hears %s', (line) => {
    expect(toApiErrors({ kind: 'read', entries: [entry('ordinary'), entry(line, 5)] })).toMatchObject({
      count: 1,
      last: { at: 5, line },
    });
  });

  it('hears nothing in ordinary lines', () => {
    const entries = ['', 'I1121 Setting node annotation to enable volume controller', 'Successfully updated node status'].map(
      (line) => entry(line),
    );

    expect(toApiErrors({ kind: 'read', entries })).toEqual({ kind: 'heard', count: 0 });
  });

  it('says why it cannot hear', () => {
    expect(toApiErrors({ kind: 'unavailable', why: 'no journal' })).toEqual({ kind: 'unavailable', why: 'no journal' });
  });
});
