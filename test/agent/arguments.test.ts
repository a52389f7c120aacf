import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../agent/arguments.ts';
import { type Command, listOption } from '../../agent/command.ts';

const command = (name: string, extra: Partial<Command> = {}): Command => ({
  name,
  summary: '',
  example: '',
  options: { only: { type: 'string', multiple: true, description: '' }, json: { type: 'boolean', description: '' } },
  run: async () => 0,
  ...extra,
});

const commands = [command('doctor'), command('explain', { operands: '[PROBLEM]' }), command('config check')];

describe('parseArguments', () => {
  it('finds a command of two words', () => {
    expect(parseArguments(commands, ['config', 'check', '--json'])).toMatchObject({
      command: { name: 'config check' },
      options: { json: true },
    });
  });

  it('takes a list by repetition and by commas', () => {
    const { options } = parseArguments(commands, ['doctor', '--only', 'a,b', '--only=c']);

    expect(listOption(options, 'only')).toEqual(['a', 'b', 'c']);
  });

  it.each([
    [['docter'], 'did you mean doctor?'],
    [['config'], 'one of: config check'],
    [['doctor', '--jsn'], "Unknown option '--jsn'"],
    [['doctor', 'surplus'], 'Unexpected argument'],
    [['doctor', '--only'], '--only'],
  ])('refuses %j and says why', (argv, said) => {
    expect(() => parseArguments(commands, argv)).toThrow(said);
    expect(() => parseArguments(commands, argv)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });

  it('keeps operands where the command has some', () => {
    expect(parseArguments(commands, ['explain', 'PLEGUnhealthy']).positionals).toEqual(['PLEGUnhealthy']);
  });
});
