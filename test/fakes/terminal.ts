import type { Terminal } from '../../agent/terminal.ts';

interface FakeTerminal {
  readonly terminal: Terminal;
  /** What was printed until now. */
  out(): string;
  err(): string;
}

/** A pipe's reader in place of a person, who keeps what comes; `own`: what is different about it. */
export function fakeTerminal(own: Partial<Terminal> = {}): FakeTerminal {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal: Terminal = {
    print: (text) => void out.push(text),
    warn: (text) => void err.push(text),
    columns: 100,
    color: false,
    interactive: false,
    writable: () => true,
    ...own,
  };
  return { terminal, out: () => out.join(''), err: () => err.join('') };
}
