import { expect, it } from 'vitest';
import { asTransientUnit } from '../../lib/host/transient.ts';
import { MiB, seconds } from '../../lib/model/units.ts';

it('bounds heavy work, and keeps its words apart from those of systemd-run', () => {
  const argv = asTransientUnit(['du', '--one-file-system', '/var/lib'], { within: seconds(90.2), memory: 64 * MiB });

  expect(argv.join(' ')).toBe(
    'systemd-run --quiet --collect --wait --pipe --slice=nodemend.slice --property=RuntimeMaxSec=91 --property=OOMScoreAdjust=500 ' +
      '--property=MemoryMax=67108864 -- du --one-file-system /var/lib',
  );
});

it('names a unit, kills it at once, says nothing of how it ends, and hands a sign over that systemd would expand', () => {
  const argv = asTransientUnit(['/plugin', '^a$', '$HOME'], {
    within: 100,
    unit: 'x.service',
    killAtOnce: true,
    quiet: true,
  });

  expect(argv.join(' ')).toBe(
    'systemd-run --quiet --collect --wait --pipe --slice=nodemend.slice --unit=x.service --property=RuntimeMaxSec=1 ' +
      '--property=OOMScoreAdjust=500 --property=KillSignal=SIGKILL --property=TimeoutStopSec=1 ' +
      '--property=LogLevelMax=err -- /plugin ^a$$ $$HOME',
  );
});
