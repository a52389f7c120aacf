import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../../fakes/program.ts';

const directory = mkdtempSync(join(tmpdir(), 'nodemend-config-'));
const at = (name: string) => join(directory, name);
let program: string;

beforeAll(async () => {
  program = await builtProgram();
  execFileSync('mkfifo', [at('fifo')]);
  writeFileSync(at('huge.yaml'), '');
  truncateSync(at('huge.yaml'), 50_000_000);
  writeFileSync(at('tab.yaml'), 'cluster:\n\tenabled: true\n');
  writeFileSync(at('key.yaml'), 'mode: observe\nmetrics: { lsten: "" }\n');
  writeFileSync(
    at('truncated.conf'),
    'kind: Config\nclusters:\n- name: c\n  cluster:\n    server: https://192.0.2.1\n    certificate-aut',
  );
  writeFileSync(at('pod.conf'), 'apiVersion: v1\nkind: Pod\n');
  writeFileSync(at('good.yaml'), 'mode: observe\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

function nodemend(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
  return { status, stdout, stderr: stderr.replaceAll(`${directory}/`, '') };
}

describe('a bad configuration', () => {
  it.each([
    ['fifo', 'fifo: is a fifo; expected a regular file'],
    ['.', '.: is a directory; expected a regular file'],
    ['huge.yaml', 'huge.yaml: is larger than 1 MiB; expected a configuration'],
    ['missing.yaml', 'missing.yaml: there is no such file'],
    ['tab.yaml', 'tab.yaml:2:1: Tabs are not allowed as indentation'],
    ['key.yaml', 'key.yaml:2:12: unknown key "lsten" in metrics; did you mean listen?'],
  ])('ends doctor with 78 and one line: %s', (name, line) => {
    const { status, stdout, stderr } = nodemend('doctor', '--config', `${directory}/${name}`);

    expect({ status, stdout, first: stderr.split('\n')[0] }).toEqual({ status: 78, stdout: '', first: `nodemend: ${line}` });
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['truncated.conf', 'truncated.conf:6:5: not valid YAML (missing char)'],
    ['pod.conf', 'pod.conf:1:1: current-context: expected the name of a context'],
    ['fifo', 'fifo: is a fifo, not a file'],
  ])('of the identity ends doctor with 78 and one line, too: %s', (name, line) => {
    const { status, stdout, stderr } = nodemend('doctor', '--kubeconfig', at(name));

    expect({ status, stdout, first: stderr.split('\n')[0] }).toEqual({ status: 78, stdout: '', first: `nodemend: ${line}` });
  });

  it('is told by config check, for a program too', () => {
    const { status, stdout } = nodemend('config', 'check', '--json', '--config', at('key.yaml'));

    expect(status).toBe(78);
    expect(JSON.parse(stdout)).toMatchObject({ valid: false, problems: [{ line: 2, column: 12, key: 'metrics.lsten' }] });
  });
});

describe('config print', () => {
  it('names the source of each value', () => {
    const { status, stdout } = nodemend('config', 'print', '--json', '--config', at('good.yaml'));

    expect(status).toBe(0);
    expect(JSON.parse(stdout).values).toEqual(
      expect.arrayContaining([
        { key: 'mode', value: 'observe', source: `${at('good.yaml')}:1` },
        { key: 'report.conditionAfter', value: '2m', source: 'default' },
      ]),
    );
  });
});
