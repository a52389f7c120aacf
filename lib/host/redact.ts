import { ask, type RecordedAnswer } from './recording.ts';
import { isSecretFlag, isSecretName, SECRET, withoutSecrets } from './secrets.ts';
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
    const clean = withoutSecrets(original)
      .replace(IPV4, addresses.ipv4)
      .replace(MAC, addresses.mac)
      .replace(IPV6, addresses.ipv6);
    return host === undefined ? clean : clean.replace(host, standIn);
  }

  function structured(original: unknown): unknown {
    if (typeof original === 'string') return fromText(original);
    // The word behind `--password` is one.
    if (Array.isArray(original))
      return original.map((one, at) => (isSecretFlag(original[at - 1]) ? hidden(one) : structured(one)));
    if (typeof original !== 'object' || original === null) return original;
    const kept = Object.entries(original).filter(([key]) => !DROPPED.has(key) && key !== LAST_APPLIED);
    return Object.fromEntries(kept.map(([key, member]) => [text(key), isSecretName(key) ? hidden(member) : structured(member)]));
  }

  /** The value of a secret's name: a text, or a list of them; what it is made of has names of its own. */
  function hidden(member: unknown): unknown {
    if (typeof member === 'string') return member === '' ? '' : SECRET;
    return Array.isArray(member) ? member.map(hidden) : structured(member);
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

  /** The words of a command one by one: together they are JSON, and what is in them is escaped. */
  function words(question: string): string {
    if (!question.startsWith('run [')) return question;
    return `run ${JSON.stringify(structured(JSON.parse(question.slice('run '.length))))}`;
  }

  function recorded({ ask: question, answer }: RecordedAnswer): RecordedAnswer {
    if (question === ask.readFile('/proc/cmdline')) return { ask: question, answer: withText(answer, bootParameters) };
    // Nothing else in there is a secret, and the columns are what tells an address from a number.
    if (HEXADECIMAL.test(question)) return { ask: question, answer: withText(answer, addresses.hexadecimal) };
    return { ask: text(words(question)), answer: structured(answer) };
  }

  return { text, value: structured, recorded };
}
