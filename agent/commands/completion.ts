import { AgentError } from '../../lib/errors.ts';
import { type Command, EXIT } from '../command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { type CompletedCommand, completed, SHELLS, type Shell } from '../completion/words.ts';
import { zshCompletion } from '../completion/zsh.ts';

const WRITERS: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

const isShell = (word: string | undefined): word is Shell => SHELLS.some((shell) => shell === word);

/** For the commands that there are, itself among them. */
export const completionText = (shell: Shell, commands: readonly Command[]): string => WRITERS[shell](completed(commands));

export const completion = (commands: () => readonly Command[]): Command => ({
  name: 'completion',
  summary: 'a script that completes commands, options and values in bash, zsh or fish',
  operands: SHELLS.join('|'),
  example:
    'nodemend completion bash > /etc/bash_completion.d/nodemend\nnodemend completion zsh > ~/.zfunc/_nodemend\nnodemend completion fish > ~/.config/fish/completions/nodemend.fish',
  options: {},
  async run({ positionals, terminal }) {
    const [shell, ...more] = positionals;
    if (!isShell(shell) || more.length > 0) throw new AgentError('ARGUMENT_INVALID', `completion: one of ${SHELLS.join(', ')}`);
    terminal.print(completionText(shell, commands()));
    return EXIT.ok;
  },
});
