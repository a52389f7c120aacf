import { exampleOf } from '../match/example.ts';
import type { LineRule } from '../match/line-rule.ts';
import { compilePattern, Regexp } from '../regexp/regexp.ts';
import { type Piece, parseLayout } from '../time/layout.ts';
import type { Field } from './fields.ts';

/** How a line of a file becomes a time and a message. */
export interface Translation {
  readonly timestamp: Regexp;
  readonly message: Regexp;
  readonly layout: readonly Piece[];
}

function compile(field: Field | undefined): Regexp | undefined {
  const pattern = compilePattern(field?.text() ?? '');
  if (pattern instanceof Regexp) return pattern;
  return field?.problem(`${pattern.message}, at character ${pattern.column} of the pattern`);
}

export function readTranslation(plugin: Field, config: ReadonlyMap<string, Field>): Translation | undefined {
  for (const name of ['timestamp', 'message', 'timestampFormat']) {
    if ((config.get(name)?.text() ?? '') === '') plugin.warn(`filelog without pluginConfig.${name} reads no line`);
  }
  const timestamp = compile(config.get('timestamp'));
  const message = compile(config.get('message'));
  if (timestamp === undefined || message === undefined) return undefined;
  return { timestamp, message, layout: parseLayout(config.get('timestampFormat')?.text() ?? '') };
}

/** The last group of a match, or all of it when there is none. A group that took no part is empty, as in Go. */
export function extract(regexp: Regexp, line: string): string | undefined {
  const found = regexp.find(line);
  if (found === undefined) return undefined;
  const [start = -1, end = -1] = found.slice(-2);
  return start === -1 ? '' : line.slice(start, end);
}

/** What remains of a message after the file's own message pattern; undefined when an example cannot tell. */
function survives({ message }: Translation, rule: LineRule): string | undefined {
  const wanted = exampleOf(rule.regexp.node);
  if (!rule.regexp.test(wanted)) return undefined;
  const groups = (message.find(exampleOf(message.node))?.length ?? 2) / 2 - 1;
  const line = groups === 0 ? wanted : exampleOf(message.node, { group: groups, text: wanted });
  return extract(message, line);
}

interface Placed {
  readonly item: Field;
  readonly rule: { readonly line: LineRule } | undefined;
}

/** Warns of rules whose lines the message pattern cuts short: two of the files that node-problem-detector ships have one. */
export function checkTranslation(translation: Translation, rules: readonly Placed[], bufferSize: number): void {
  for (const { item, rule } of rules) {
    if (rule === undefined || (bufferSize > 1 && !rule.line.lastLineOnly)) continue;
    const rest = survives(translation, rule.line);
    if (rest === undefined || rule.line.regexp.test(rest)) continue;
    item.warn(
      `probably never matches: of a line that it is meant for, pluginConfig.message leaves only ${JSON.stringify(rest.slice(0, 80))}`,
    );
  }
}
