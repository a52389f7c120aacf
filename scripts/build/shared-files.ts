import { completionText } from '../../agent/commands/completion.ts';
import { commands } from '../../agent/commands/index.ts';
import { SHELLS, type Shell } from '../../agent/completion/words.ts';
import { manual } from '../../agent/output/manual.ts';

/** As each shell wants its file called. */
const COMPLETION_FILES: Readonly<Record<Shell, string>> = {
  bash: 'share/completions/nodemend.bash',
  zsh: 'share/completions/_nodemend',
  fish: 'share/completions/nodemend.fish',
};

const MANUAL = 'share/man/man8/nodemend.8';

/** What the command line's own definitions say, as files of the release. */
export const sharedFiles = (): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(SHELLS.map((shell) => [COMPLETION_FILES[shell], completionText(shell, commands)])),
  [MANUAL]: manual(commands),
});
