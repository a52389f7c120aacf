import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DoctorReport } from '../../../lib/model/report.ts';
import { builtProgram } from '../../fakes/program.ts';

const names = readdirSync(join(import.meta.dirname, '../../recordings'))
  .filter((name) => name.startsWith('incident-'))
  .map((name) => name.replace('incident-', ''));

let program: string;
beforeAll(async () => {
  program = await builtProgram();
});

function demo(...words: readonly string[]) {
  const env = { ...process.env, LC_ALL: 'C' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'demo', ...words], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

describe('nodemend demo', () => {
  it('shows a hung docker in full, and names the others', () => {
    const { status, stdout, stderr } = demo();

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/=== docker-hung:[\s\S]*DockerHung[\s\S]*PLEGUnhealthy[\s\S]*because of[\s\S]*Checks/);
    const [, others = ''] = stdout.split(/^More incidents.*\n/m);
    expect([...others.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name)).toEqual(names.filter((name) => name !== 'docker-hung'));
  });

  it('shows what was wrong in every recorded incident', () => {
    const { status, stdout, stderr } = demo('all');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect([...stdout.matchAll(/^=== (\S+):/gm)].map(([, name]) => name)).toEqual(names);
    expect(stdout).not.toMatch(/the recording has no answer/);
  });

  it('lists them by name and title', () => {
    const { status, stdout } = demo('list');

    expect(status).toBe(0);
    expect([...stdout.matchAll(/^\S+/gm)].map(([name]) => name)).toEqual(names);
  });

  it('shows one in full', () => {
    expect(demo('stuck-container').stdout).toMatch(
      /ContainerRuntimeUnhealthy\/ContainerHung[\s\S]*PLEGUnhealthy\/PlegStalled[\s\S]*Eviction signals[\s\S]*Checks/,
    );
  });

  it('prints one report a line with --json, of the time of the incident', () => {
    const reports = demo('all', '--json')
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line) as DoctorReport);

    expect(reports.map(({ kind, node }) => ({ kind, node }))).toEqual(
      names.map(() => ({ kind: 'DoctorReport', node: 'node-1' })),
    );
    expect(reports.filter(({ problems }) => problems.length === 0)).toEqual([]);
  });

  it('says which name may have been meant', () => {
    expect(demo('stuck-contaner')).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('no incident "stuck-contaner"; did you mean stuck-container?'),
    });
  });
});
