import { checks } from '../../lib/checks/index.ts';
import { problems } from '../../lib/problems/index.ts';
import { type Command, type Option, shared } from '../command.ts';

/** What a shell offers where a word is asked for. */
export type Offer =
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly commas: boolean }
  | { readonly kind: 'files' | 'directories' | 'nodes' | 'nothing' };

export interface CompletedOption {
  readonly name: string;
  readonly short: string | undefined;
  readonly description: string;
  /** Undefined: it takes no value. */
  readonly value: Offer | undefined;
  readonly placeholder: string;
  /** Its value stands behind `=` or not at all. */
  readonly bare: boolean;
  readonly multiple: boolean;
}

export interface CompletedCommand {
  /** As typed: `tune eviction`. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  readonly operand: Offer;
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const NOTHING: Offer = { kind: 'nothing' };
const words = (list: readonly string[], commas = false): Offer => ({ kind: 'words', words: list, commas });

/** By the placeholders of the help. What is not here has to be typed. */
const OFFERS: Readonly<Record<string, Offer>> = {
  FILE: { kind: 'files' },
  PATH: { kind: 'files' },
  DIR: { kind: 'directories' },
  NODE: { kind: 'nodes' },
  PROBLEM: words(problems.map(({ type }) => type)),
  CHECK: words(
    checks.map(({ id }) => id),
    true,
  ),
};

/** `[NODE…]`, `FILE.tar.gz`, `bash|zsh|fish`, `PROBLEM|breaker [SUBJECT]`: by the first word, alternatives together. */
export function offerOf(placeholder: string): Offer {
  const [first = ''] = placeholder.replaceAll(/[[\]…]/g, '').split(' ');
  const offers = first.split('|').map((word) => {
    if (/^[a-z][a-z0-9-]*$/.test(word)) return words([word]);
    return OFFERS[word.replace(/[,.].*$/, '')] ?? NOTHING;
  });
  const listed = offers.flatMap((offer) => (offer.kind === 'words' ? offer.words : []));
  const [only = NOTHING] = offers;
  return listed.length === 0
    ? only
    : words(
        listed,
        offers.some((offer) => offer.kind === 'words' && offer.commas),
      );
}

function optionOf([name, option]: [string, Option]): CompletedOption {
  return {
    name,
    short: option.short,
    description: option.description,
    value: option.type === 'string' ? offerOf(option.value ?? '') : undefined,
    placeholder: option.value ?? 'VALUE',
    bare: option.bare !== undefined,
    multiple: option.multiple === true,
  };
}

export const completed = (commands: readonly Command[]): readonly CompletedCommand[] =>
  commands.map(({ name, summary, operands, options }) => ({
    name,
    summary,
    options: Object.entries<Option>({ ...options, help: shared.help }).map(optionOf),
    operand: operands === undefined ? NOTHING : offerOf(operands),
  }));

/** What may follow a name, with what it does: `tune` is followed by `eviction` and `docker`. */
export function nextWords(commands: readonly CompletedCommand[], name: string): readonly (readonly [string, string])[] {
  const begun = name === '' ? '' : `${name} `;
  const next = new Map<string, string>();
  for (const command of commands) {
    if (!command.name.startsWith(begun)) continue;
    const [word = '', ...more] = command.name.slice(begun.length).split(' ');
    const summary = more.length === 0 ? command.summary : [next.get(word), more.join(' ')].filter(Boolean).join(', ');
    if (word !== '') next.set(word, summary);
  }
  return [...next];
}

/** Every name and every beginning of one: `tune`, `tune eviction`. */
export const beginnings = (commands: readonly CompletedCommand[]): readonly string[] => [
  ...new Set(commands.flatMap(({ name }) => name.split(' ').map((_, at, parts) => parts.slice(0, at + 1).join(' ')))),
];

/** Names that are followed by another word of a name. */
export const groups = (commands: readonly CompletedCommand[]): readonly string[] =>
  beginnings(commands).filter((name) => commands.every((command) => command.name !== name));

/** In single quotes of a shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Of the API server whose kubeconfig kubectl would take; nothing without one. */
export const NODES = 'kubectl --request-timeout=2s get nodes -o name 2>/dev/null | sed "s,^node/,,"';
