import type { Terminal } from './terminal.ts';

export interface Option {
  readonly type: 'boolean' | 'string';
  readonly multiple?: boolean;
  readonly short?: string;
  /** Placeholder in the help: `FILE`. */
  readonly value?: string;
  /** What it says when it stands without `=`; then a following word is none of its. */
  readonly bare?: string;
  readonly description: string;
}

/** Values as parsed: a string option given twice is an array only if `multiple`. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface CommandContext {
  readonly options: OptionValues;
  /** All of them, those behind `--` too. */
  readonly positionals: readonly string[];
  /** The words behind `--`; absent: there was none. */
  readonly after?: readonly string[];
  readonly terminal: Terminal;
}

/** One command of `nodemend`: parsing, help and documentation come from this object. */
export interface Command {
  /** As typed; `config check` for a sub-command. */
  readonly name: string;
  readonly summary: string;
  /** Positional arguments for the usage line: `PROBLEM`, `[ID]`. */
  readonly operands?: string;
  readonly example: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Returns the exit status. */
  run(context: CommandContext): Promise<number>;
}

/** Exit statuses, as docs/first-doctor.md promises them; `refused`: understood, and not done for a reason that was said. */
export const EXIT = { ok: 0, refused: 1, usage: 64, internal: 70, permission: 77, configuration: 78 } as const;

/** Options that many commands share. */
export const shared = {
  config: { type: 'string', value: 'FILE', description: 'configuration instead of /etc/nodemend/config.yaml' },
  json: { type: 'boolean', description: 'print JSON' },
  kubeconfig: { type: 'string', value: 'FILE', description: 'identity to read the API server with' },
  help: { type: 'boolean', short: 'h', description: 'this text' },
} as const satisfies Record<string, Option>;

export function textOption(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** Values of an option that repeats and takes commas. */
export function listOption(options: OptionValues, name: string): readonly string[] {
  const value = options[name];
  const texts = Array.isArray(value) ? value : [value];
  return texts.flatMap((text) => (typeof text === 'string' ? text.split(',') : [])).filter((word) => word !== '');
}
