import { describe, expect, it } from 'vitest';
import { type DockerTuning, renderDockerTuning, standing } from '../../../agent/output/docker-tune.ts';

const wanted = { liveRestore: true, logMaxSize: '50m', logMaxFile: 3 };

describe('what is in force of docker’s settings', () => {
  it('is live-restore at once, and log options from the next start on for containers made after it', () => {
    const { inForce, needsRestart } = standing({ state: 'applied', liveRestore: true, isReadAtStart: false }, wanted);

    expect(inForce).toEqual(['live-restore is on: containers go on while dockerd is restarted']);
    expect(needsRestart).toMatchObject([expect.stringContaining('max-size 50m, max-file 3: no docker reloads log-opts')]);
  });

  it('is all of it where docker was started with that file', () => {
    const { inForce, needsRestart } = standing({ state: 'unchanged', liveRestore: true, isReadAtStart: true }, wanted);

    expect(inForce[1]).toContain('for containers made since docker was started');
    expect(needsRestart).toEqual([]);
  });

  it('is nothing of what was only planned', () => {
    const planned = standing({ state: 'planned', liveRestore: false, isReadAtStart: true }, wanted);

    expect(planned).toEqual({ inForce: ['live-restore is off: every container ends with dockerd'], needsRestart: [] });
  });
});

describe('renderDockerTuning', () => {
  const tuning: DockerTuning = {
    ...{ apiVersion: 'nodemend.io/v1', kind: 'DockerTuning', time: '2026-01-01T00:00:00Z', state: 'rolled-back' },
    docker: { version: '20.10.24', pid: 7, liveRestore: false },
    ...{
      path: '/etc/docker/daemon.json',
      diff: '--- a\n+++ b\n-\u001b[2J\n+x\n',
      refusals: [],
      cause: 'docker refused the file',
    },
    ...{ inForce: ['live-restore is off'], needsRestart: [] },
  };

  it('says what was done, why, and what docker has now', () => {
    const text = renderDockerTuning(tuning, { columns: 100, color: false });

    expect(text).toContain('Rolled back: the file is to the byte what it was  /etc/docker/daemon.json');
    expect(text).toContain('docker refused the file');
    expect(text).toContain('\n+x\n');
    expect(text).not.toContain('\u001b');
  });
});
