import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../agent/commands/index.ts';
import { manual } from '../../../agent/output/manual.ts';

const page = manual(commands);

describe('the manual', () => {
  it('has every command and every option', () => {
    const plain = page.replaceAll('\\-', '-');
    for (const { name, options } of commands) {
      expect(plain).toContain(`.SS nodemend ${name}`);
      for (const option of Object.keys(options)) expect(plain).toContain(`--${option}`);
    }
  });

  it('keeps from roff what roff would read', () => {
    const [command] = commands;
    if (command === undefined) throw new Error('no command');

    const hostile = manual([{ ...command, options: {}, example: ".so /etc/passwd\n'x\\fBy" }]);

    expect(hostile).toContain("\\&.so /etc/passwd\n\\&'x\\efBy");
  });

  it('has nothing in it that changes from build to build', () => {
    expect(page).not.toMatch(/\b20\d\d\b|\d+\.\d+\.\d+/);
  });

  const groff = spawnSync('groff', ['--version']).status === 0;
  it.runIf(groff)('is what groff understands, word for word', () => {
    const { stdout, stderr } = spawnSync('groff', ['-man', '-Tascii', '-ww', '-rHY=0'], { input: page, encoding: 'utf8' });

    expect(stderr).toBe('');
    expect(stdout).toContain('--ignore-daemonsets');
  });
});
