import { printable } from '../model/printable.ts';
import { parseStopWord } from '../model/stop-word.ts';
import type { Instant } from '../model/units.ts';

/** A lock that a program took from systemd-logind. */
export interface LogindLock {
  /** `shutdown:sleep`. */
  readonly what: string;
  readonly who: string;
  readonly why: string;
  /** `block`, `delay`, `block-weak`. */
  readonly mode: string;
}

export interface Session {
  readonly user: string;
  readonly id: string;
}

/** What was found that may keep the host from its reboot; `unknown` what could not be asked. */
export interface InhibitorLook {
  /** Of the configured files, those that exist. */
  readonly files: readonly string[];
  /** Of the Node; undefined: it has none. */
  readonly annotation: string | undefined;
  readonly locks: readonly LogindLock[];
  readonly sessions: readonly Session[];
  readonly unknown: readonly string[];
}

function annotationHolds(value: string | undefined, now: Instant): string | undefined {
  const stop = parseStopWord(value, now);
  return stop === undefined ? undefined : `the Node is annotated nodemend.io/no-reboot=${printable(stop.text, 64)}`;
}

/**
 * `block` alone. `delay` is a wish to be asked first: the kubelet's own, with which it ends pods in order (shutdownGracePeriod).
 * `block-weak` (systemd 257) never held root.
 */
const isBlocking = ({ what, mode }: LogindLock) => mode === 'block' && what.split(':').includes('shutdown');

/** Everything that holds a reboot, each a sentence fragment; empty: nothing does. */
export function inhibitions(look: InhibitorLook, now: Instant): readonly string[] {
  const annotation = annotationHolds(look.annotation, now);
  return [
    ...look.files.map((path) => `${printable(path, 200)} exists`),
    ...(annotation === undefined ? [] : [annotation]),
    ...look.locks
      .filter(isBlocking)
      .map(({ who, why }) => `${printable(who, 80)} blocks a shutdown${why === '' ? '' : `: ${printable(why, 120)}`}`),
    ...look.sessions.map(({ user, id }) => `${printable(user, 40)} is logged in (session ${printable(id, 20)})`),
    ...look.unknown,
  ];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** C's escapes, as busctl writes them. Octal and hexadecimal ones are bytes of UTF-8. */
function unescapeC(text: string): string {
  const bytes: number[] = [];
  const encode = (piece: string) => bytes.push(...new TextEncoder().encode(piece));
  for (const [piece, octal, hex, letter] of text.matchAll(/\\([0-7]{3})|\\x([0-9a-fA-F]{2})|\\([\s\S])|[^\\]+/g)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else encode(letter === undefined ? piece : (ESCAPES[letter] ?? letter));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/**
 * The answer of `busctl call … ListInhibitors`: `a(ssssuu) 2 "shutdown" "kubelet" "…" "delay" 0 812 …`. Undefined: it is no such
 * list, or shorter than it says.
 */
export function parseInhibitors(text: string): readonly LogindLock[] | undefined {
  const [, count, rest = ''] = /^a\(ssssuu\) (\d+)\s*([\s\S]*)$/.exec(text.trim()) ?? [];
  if (count === undefined) return undefined;
  const words = [...rest.matchAll(/"((?:[^"\\]|\\[\s\S])*)"|(\d+)/g)].map(([, quoted, number]) =>
    quoted === undefined ? (number ?? '') : unescapeC(quoted),
  );
  if (words.length !== Number(count) * 6) return undefined;
  return Array.from({ length: Number(count) }, (_, at) => {
    const [what = '', who = '', why = '', mode = ''] = words.slice(at * 6);
    return { what, who, why, mode };
  });
}

/** The answer of `loginctl show-session ID… -p Id -p Name -p Class -p State`: blocks with empty lines between. */
export function parseSessions(text: string): readonly Session[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
    );
    // `closing`: who logged out and left something running. Cron jobs are `background`, the login prompt is a `greeter`.
    const isHere = /^user/.test(fields.get('Class') ?? '') && fields.get('State') !== 'closing';
    const id = fields.get('Id') ?? '';
    return isHere && id !== '' ? [{ user: fields.get('Name') ?? '', id }] : [];
  });
}
