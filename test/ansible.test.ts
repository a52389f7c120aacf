import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = join(import.meta.dirname, '../ansible');
const role = join(folder, 'roles/nodemend');

const read = (...path: readonly string[]) => readFileSync(join(...path), 'utf8');
const filesOf = (...path: readonly string[]) => readdirSync(join(...path)).map((name) => ({ name, text: read(...path, name) }));

interface Option {
  readonly default?: unknown;
  readonly required?: boolean;
}
interface Specs {
  readonly argument_specs: Readonly<Record<string, { readonly options: Readonly<Record<string, Option>> }>>;
}

const specs = (parse(read(role, 'meta/argument_specs.yml')) as Specs).argument_specs;
const options = Object.values(specs).flatMap((entry) => Object.entries(entry.options));
const defaults = parse(read(role, 'defaults/main.yml')) as Readonly<Record<string, unknown>>;
const constants = parse(read(role, 'vars/main.yml')) as Readonly<Record<string, unknown>>;
const playbooks = filesOf(folder, 'playbooks');
const code = [...filesOf(role, 'tasks'), ...filesOf(role, 'handlers'), ...filesOf(role, 'templates')];

describe('the Ansible role', () => {
  it('has the same defaults in defaults/main.yml and in argument_specs.yml', () => {
    const specified = options
      .filter(([, { required }]) => required !== true)
      .map(([name, option]): [string, unknown] => [name, option.default]);

    expect(Object.fromEntries(specified)).toEqual(defaults);
  });

  it('uses no variable that is neither an option, nor a constant, nor made by itself', () => {
    const made = code.flatMap(({ text }) => [
      ...[...text.matchAll(/register: (\w+)/g)].map(([, name = '']) => name),
      ...[...text.matchAll(/^ +(nodemend_\w+):/gm)].map(([, name = '']) => name),
    ]);
    const known = new Set([...options.map(([name]) => name), ...Object.keys(constants), ...made]);

    const used = [...code, { name: 'vars', text: read(role, 'vars/main.yml') }].flatMap(({ name, text }) =>
      [...text.matchAll(/\bnodemend_[a-z_]+\b/g)].map(([variable]) => ({ name, variable })),
    );

    expect(used.filter(({ variable }) => !known.has(variable))).toEqual([]);
  });

  it('uses every option', () => {
    const text = [...code.map((file) => file.text), read(role, 'vars/main.yml')].join('\n');

    expect(options.map(([name]) => name).filter((name) => !text.includes(name))).toEqual([]);
  });

  it('has a playbook for every entry point but the gate, and no other playbook', () => {
    const entries = Object.keys(specs).filter((name) => name !== 'gate' && name !== 'main');

    expect(playbooks.map(({ name }) => name).sort()).toEqual(
      [...entries, 'install', 'upgrade'].map((name) => `${name}.yml`).sort(),
    );
  });

  it.each(['install', 'upgrade', 'configure', 'eviction'])('%s begins with one host and stops at the first failure', (name) => {
    const [play] = parse(read(folder, 'playbooks', `${name}.yml`)) as readonly Record<string, unknown>[];

    expect(play).toMatchObject({ serial: expect.stringContaining('[1,'), max_fail_percentage: 0 });
  });

  it('runs no shell', () => {
    expect(code.map(({ text }) => text).join('\n')).not.toMatch(/\b(shell|raw|script):/);
  });

  it('shows no secret', () => {
    const tasks = filesOf(role, 'tasks').flatMap(({ text }) => text.split(/\n(?= *- name:)/));
    const secret = tasks.filter((task) => /nodemend_kubeconfig\b|nodemend_secret|nodemend_identity_secret/.test(task));

    expect(secret).toHaveLength(3);
    expect(secret.filter((task) => !task.includes('no_log: true'))).toEqual([]);
  });
});
