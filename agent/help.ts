import { type Command, type Option, shared } from './command.ts';

/** As it is typed: `-l, --selector SELECTOR`, `--dry-run[=client|server]`. */
export function optionWords(name: string, option: Option): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  const wanted = option.bare === undefined ? ` ${option.value ?? 'VALUE'}` : `[=${option.value ?? 'VALUE'}]`;
  return `${short}--${name}${option.type === 'string' ? wanted : ''}`;
}

function optionLine([name, option]: [string, Option]): readonly [string, string] {
  return [optionWords(name, option), option.multiple === true ? `${option.description} (repeatable)` : option.description];
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}

export function commandHelp(command: Command): string {
  const operands = command.operands === undefined ? '' : ` ${command.operands}`;
  const options = Object.entries<Option>({ ...command.options, help: shared.help });
  return [
    `nodemend ${command.name}: ${command.summary}\n\n`,
    `usage: nodemend ${command.name} [options]${operands}\n\n`,
    columns(options.map(optionLine)),
    `\nexample:\n  ${command.example.replaceAll('\n', '\n  ')}\n`,
  ].join('');
}

export function overview(commands: readonly Command[], version: string): string {
  return [
    `nodemend ${version} keeps a Kubernetes node healthy from the node itself\n\n`,
    'usage: nodemend COMMAND [options]\n\n',
    columns(commands.map(({ name, summary }) => [name, summary] as const)),
    '\n`nodemend COMMAND --help` shows the options and an example. Start with `nodemend doctor`.\n',
  ].join('');
}
