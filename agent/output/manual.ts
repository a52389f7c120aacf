import type { Command, Option } from '../command.ts';
import { optionWords } from '../help.ts';

/** roff reads a backslash, and at the start of a line a dot or an apostrophe, as its own; a hyphen that is typed stays one in ASCII. */
const text = (words: string): string =>
  words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    .replaceAll('–', '\\[en]')
    .replaceAll(/^([.'])/gm, '\\&$1');

const block = (words: string): string => `.PP\n.nf\n.RS 4\n${text(words)}\n.RE\n.fi\n`;

function optionEntry([name, option]: [string, Option]): string {
  const often = option.multiple === true ? ' (repeatable)' : '';
  return `.TP\n.B ${text(optionWords(name, option))}\n${text(option.description)}${often}\n`;
}

function commandSection({ name, operands, summary, options, example }: Command): string {
  const usage = [name, '[options]', operands].filter(Boolean).join(' ');
  return `.SS nodemend ${text(usage)}\n${text(summary)}.\n${Object.entries<Option>(options).map(optionEntry).join('')}${block(example)}`;
}

const pairs = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([left, right]) => `.TP\n.B ${text(left)}\n${text(right)}\n`).join('');

const FILES = [
  ['/etc/nodemend/config.yaml, /etc/nodemend/conf.d/*.yaml', 'configuration; every key has a default'],
  ['/etc/nodemend/monitors/*.json', 'log monitors and plugins in the formats of node-problem-detector'],
  ['/etc/nodemend/kubeconfig', 'an identity of its own; else that of the kubelet'],
  ['/etc/nodemend/pause', 'present: no remedy is done'],
  ['/var/lib/nodemend', 'incidents and their evidence'],
  ['/run/nodemend/status.json', 'what the running agent thinks'],
  ['/opt/nodemend', 'the program with its own Node.js; install.sh upgrades, rolls back and removes it'],
] as const;

const STATUS = [
  ['0, 1, 2, 3', 'doctor, status, agent --once: Healthy, Degraded, Critical, Unknown (nothing could be judged)'],
  ['0, 1', 'all others: done; understood, and not done for a reason that was said'],
  ['64, 70, 77, 78', 'usage; internal error; permission; configuration'],
] as const;

/** nodemend.8, of the same objects as the help. Without a date, so that two builds are the same. */
export function manual(commands: readonly Command[]): string {
  return `.\\" Written by \`npm run docs\` from the code.
.TH NODEMEND 8 "" "nodemend" "System Manager's Manual"
.nh
.ad l
.SH NAME
nodemend \\- keeps a Kubernetes node healthy from the node itself
.SH SYNOPSIS
.B nodemend
.I COMMAND
.RI [ options ]
.br
.B kubectl nodemend
.I COMMAND
.RI [ options ]
.SH DESCRIPTION
Finds a hung container runtime or kubelet in seconds, says why, and repairs it without touching a container. It runs on the host under
systemd, because it has to work when the kubelet, the runtime or the API server does not. Start with
.BR "nodemend doctor" .
.PP
Every command has
.BR \\-\\-help ,
and
.B \\-\\-json
where it prints data.
.SH COMMANDS
${commands.map(commandSection).join('')}.SH EXIT STATUS
${pairs(STATUS)}.SH ENVIRONMENT
${pairs([
  ['NO_COLOR', 'set and not empty: no colour'],
  ['KUBECONFIG', 'of cordon, drain, uncordon, fleet, failover and maintain: files, separated by colons, as kubectl reads them'],
  ['LC_ALL, LC_MESSAGES, LANG', 'the language of what is said to a person; JSON stays as it is'],
])}.SH FILES
${pairs(FILES)}.SH SEE ALSO
.BR kubectl (1),
.BR systemctl (1),
.BR journalctl (1)
`;
}
