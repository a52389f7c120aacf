/** What takes the place of a secret. */
export const SECRET = 'REDACTED';

/** Ends of names whose value is a secret, however the words in them are joined. */
const NAME = 'pass(?:word|wd|phrase)|token|secret|key-?data|api[_-]?key|(?:access|secret|private|encryption)[_-]?key';

const OPENING = `(${NAME})(\\\\?["']?[ \\t]*[:=][ \\t]*)`;

/** A value in quotes may have blanks in it; behind `\\"` it is JSON within JSON. */
const QUOTED = new RegExp(`${OPENING}(\\\\"(?:[^"\\\\]|\\\\[^"])*\\\\"|"(?:[^"\\\\\\n]|\\\\.)*"|'[^'\\n]*')`, 'gi');
/** A line of YAML that is nothing but the name and its value; the name of a file is none. */
const LINE = new RegExp(`^([ \\t]*(?:- )?["']?[\\w.-]*(?:${NAME})["']?:[ \\t]+)(?![|>"'/\\s])[^\\n]+$`, 'gim');
/** A block of YAML: \`|\` or \`>\`, and the lines that are further in. */
const BLOCK = new RegExp(
  `^([ \\t]*)((?:- )?["']?[\\w.-]*(?:${NAME}|auth)["']?:[ \\t]*[|>][-+\\d]*[ \\t]*\\r?\\n)(?:\\1[ \\t]+[^\\n]*(?:\\n|$))+`,
  'gim',
);
/** The rest: assignments, parameters of a URL, words of a log. */
const BARE = new RegExp(`${OPENING}(?!REDACTED|/|(?:true|false|null)\\b)[^\\s\\0"'\\\\,;&}]+`, 'gi');

const quoted = (_match: string, name: string, between: string, value: string) => {
  const mark = value.startsWith('\\') ? '\\"' : value.slice(0, 1);
  return `${name}${between}${mark}${SECRET}${mark}`;
};

type Rule = readonly [RegExp, string | ((match: string, ...groups: string[]) => string)];

const RULES: readonly Rule[] = [
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
    `${SECRET} PRIVATE KEY`,
  ],
  [BLOCK, `$1$2$1  ${SECRET}\n`],
  [LINE, `$1${SECRET}`],
  [QUOTED, quoted],
  [BARE, `$1$2${SECRET}`],
  // Names and values of environment variables in manifests and kubeconfigs, whichever comes first.
  [/(\bname:[ \t]*[^\s]+[ \t]*\r?\n[ \t]*value:[ \t]*)[^\n]+/g, `$1${SECRET}`],
  [/(-[ \t]+value:[ \t]*)[^\n]+(\r?\n[ \t]*name:)/g, `$1${SECRET}$2`],
  // `--token=x`, `--token x`, `"--token","x"`, and between NULs as in /proc/PID/cmdline; not the name of a file.
  [/(--[a-z-]*(?:token|password|secret|key)(?:=|[\s\0]+|","))(?!file\b|\/|--)[^\s\0"\\]+/g, `$1${SECRET}`],
  [/\b(Bearer|Basic|Token)[ \t]+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${SECRET}`],
  [/\b((?:Set-)?Cookie:[ \t]*)[^\r\n"]+/gi, `$1${SECRET}`],
  // Registry credentials: base64 of user and password.
  [/(?<![\w-])("?auth"?[ \t]*[:=][ \t]*"?)[A-Za-z0-9+/]{8,}={0,2}/g, `$1${SECRET}`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, SECRET],
  [/\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|npm_\w{30,}|xox[abeoprs]-[\w-]{10,}|sk-[\w-]{20,})/g, SECRET],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}|\bya29\.[\w-]{20,}/g, SECRET],
  // A bootstrap token of kubeadm.
  [/(?<![\w.-])[a-z0-9]{6}\.[a-z0-9]{16}(?![\w.-])/g, SECRET],
  [/([?&](?:sig|signature|code|X-Amz-(?:Signature|Credential|Security-Token))=)[^\s&"'\\]+/gi, `$1${SECRET}`],
  [/(:\/\/[^\s:/@"']{0,256}):[^\s"'/]{1,512}@/g, `$1:${SECRET}@`],
];

/** Text without what looks like a secret: keys, tokens, passwords, cookies, signed URLs. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const [pattern, replacement] of RULES) {
    clean = typeof replacement === 'string' ? clean.replace(pattern, replacement) : clean.replace(pattern, replacement);
  }
  return clean;
}

const SECRET_NAME = new RegExp(`(?:${NAME})$|^(?:auth|authorization|cookie|set-cookie)$`, 'i');

/** A member whose own name says that its value is a secret. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

const SECRET_FLAG = /^--[a-z-]*(?:token|password|secret|key)$/;

/** A word of a command line behind which a secret stands. */
export const isSecretFlag = (word: unknown): boolean => typeof word === 'string' && SECRET_FLAG.test(word);
