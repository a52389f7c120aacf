import { ask, type RecordedAnswer } from './recording.ts';
import { standIns } from './stand-ins.ts';

/**
 * Takes out of a recording what must not leave the node: keys, tokens, passwords, environment and arguments of containers,
 * the host's name and its addresses. Namespaces, pod and image names stay: without them a recording explains nothing.
 */
export interface Redactor {
  text(text: string): string;
  value(value: unknown): unknown;
  /** What was asked and what came back, in the same words. */
  recorded(answer: RecordedAnswer): RecordedAnswer;
}

const SECRET = 'REDACTED';

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, `${SECRET} PRIVATE KEY`],
  [
    /([\w-]*(?:client-key-data|token|password|secret|id-token|refresh-token|access-token|apiKey|api-key))(\\?["']?\s*[:=]\s*\\?["']?)[^\s"'\\,;&}]+/gi,
    `$1$2${SECRET}`,
  ],
  [/(--[a-z-]*(?:token|password|secret|key)(?:=|\s+|","))(?!file\b|\/)[^\s"\\]+/g, `$1${SECRET}`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, `$1 ${SECRET}`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, SECRET],
  [/(\w+:\/\/[^\s:/@"]*):[^\s/@"]+@/g, `$1:${SECRET}@`],
];

/** Parts of API objects and of docker's answers that hold what users put there and no check reads. */
const DROPPED = new Set([
  'env',
  'Env',
  'envFrom',
  'args',
  'Args',
  'command',
  'Cmd',
  'Entrypoint',
  'managedFields',
  'data',
  'stringData',
]);
/** A member whose own name says it is a secret. */
const SECRET_NAME = /(?:password|passwd|token|secret|key-data|api-?key)$/i;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Boot parameters that bear on a check; others are URLs and keys of installers, and what an agent of the machine was told. */
const BOOT_PARAMETER = /^(?:cgroup|psi|swapaccount|systemd\.(?:unified|legacy))/;

const bootParameters = (line: string) =>
  `${line
    .split(/\s+/)
    .filter((word) => BOOT_PARAMETER.test(word))
    .join(' ')}\n`;

/** /proc/net/tcp, tcp6, route, ipv6_route, of whichever process. */
const HEXADECIMAL = /^readFile \/proc\/(?:\w+\/)?net\/(?:tcp6?|udp6?|route|ipv6_route)$/;

/** The text of a file's answer, changed; any other answer as it is. */
function withText(answer: unknown, change: (text: string) => string): unknown {
  if (typeof answer !== 'object' || answer === null || !('text' in answer) || typeof answer.text !== 'string') return answer;
  return { ...answer, text: change(answer.text) };
}

const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g;
const MAC = /\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/gi;
const IPV6 = /(?<![0-9a-z:.])[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]+/gi;

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export function redactor(hostNames: readonly string[], standIn = 'node-1'): Redactor {
  const addresses = standIns();
  // The longest first: a full name before its first label. One-letter names would eat the text.
  const names = hostNames.filter((name) => name.length > 2 && name !== 'localhost').sort((a, b) => b.length - a.length);
  // Also behind `-`, `_`, an escaped `=` or line end: mirror pods (etcd-NODE), docker's names for them, selectors, JSON in logs.
  const start = '(?:(?<![a-z0-9]|--)|(?<=%[0-9a-f]{2}|\\\\[nrt]))';
  const any = names.map(escapeRegExp).join('|');
  const host = names.length === 0 ? undefined : new RegExp(`${start}(?:${any})(?![a-z0-9-])`, 'gi');

  function text(original: string): string {
    let clean = original;
    for (const [pattern, replacement] of SECRETS) clean = clean.replace(pattern, replacement);
    clean = clean.replace(IPV4, addresses.ipv4).replace(MAC, addresses.mac).replace(IPV6, addresses.ipv6);
    return host === undefined ? clean : clean.replace(host, standIn);
  }

  function structured(original: unknown): unknown {
    if (typeof original === 'string') return fromText(original);
    if (Array.isArray(original)) return original.map(structured);
    if (typeof original !== 'object' || original === null) return original;
    const kept = Object.entries(original).filter(([key]) => !DROPPED.has(key) && key !== LAST_APPLIED);
    return Object.fromEntries(
      kept.map(([key, member]) => [text(key), typeof member === 'string' && SECRET_NAME.test(key) ? SECRET : structured(member)]),
    );
  }

  /** Bodies that are JSON inside a string are cleaned as what they are. */
  function fromText(original: string): string {
    if (/^\s*[[{]/.test(original)) {
      try {
        return JSON.stringify(structured(JSON.parse(original)));
      } catch {
        // Cut or not JSON after all: cleaned as text.
      }
    }
    return text(original);
  }

  function recorded({ ask: question, answer }: RecordedAnswer): RecordedAnswer {
    if (question === ask.readFile('/proc/cmdline')) return { ask: question, answer: withText(answer, bootParameters) };
    // Nothing else in there is a secret, and the columns are what tells an address from a number.
    if (HEXADECIMAL.test(question)) return { ask: question, answer: withText(answer, addresses.hexadecimal) };
    return { ask: text(question), answer: structured(answer) };
  }

  return { text, value: structured, recorded };
}
