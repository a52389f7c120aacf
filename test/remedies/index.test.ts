import { describe, expect, it } from 'vitest';
import { findRemedy, remedies } from '../../lib/remedies/index.ts';

/** What docs/safety.md promises an operator who has configured nothing. */
const PROMISED = [
  ['cordon', 'workload', 'off', 'again'],
  ['drain', 'workload', 'off', 'again'],
  ['end-stuck-shim', 'workload', 'off', 'once'],
  ['reboot', 'node', 'off', 'once'],
  ['reclaim-disk', 'local', 'off', 'once'],
  ['restart-kubelet', 'local', 'on', 'once'],
  ['restart-runtime', 'local', 'on', 'once'],
  ['set-eviction-hard', 'local', 'off', 'once'],
  ['uncordon', 'none', 'on', 'once'],
  ['upgrade-systemd', 'node', 'off', 'once'],
];

describe('remedies', () => {
  it('disrupt, and are on and tried again, as docs/safety.md has it', () => {
    expect(
      remedies.map(({ id, disruption, enabledByDefault, again }) => [
        id,
        disruption,
        enabledByDefault ? 'on' : 'off',
        again === true ? 'again' : 'once',
      ]),
    ).toEqual(PROMISED);
  });

  it('are found by their ids', () => {
    expect(remedies.map(({ id }) => findRemedy(id))).toEqual(remedies);
    expect(findRemedy('reinstall')).toBeUndefined();
  });
});
