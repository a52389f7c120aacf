import { beginnings, type CompletedCommand, type CompletedOption, groups, NODES, nextWords, type Offer } from './words.ts';

/** fish knows two escapes in single quotes. */
const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;

const at = (name: string): string => `complete -c nodemend -n ${quoted(`__nodemend_at ${quoted(name)}`)}`;

function values(offer: Offer): string {
  switch (offer.kind) {
    case 'files':
      return ' -r -F';
    case 'directories':
      return " -x -a '(__fish_complete_directories)'";
    case 'nodes':
      return " -x -a '(__nodemend_nodes)'";
    case 'nothing':
      return ' -x';
    case 'words': {
      const list = offer.words.join(' ');
      return ` -x -a ${quoted(offer.commas ? `(__fish_append , ${list})` : list)}`;
    }
  }
}

function optionLine(command: string, { name, short, description, value, bare }: CompletedOption): string {
  const letter = short === undefined ? '' : ` -s ${short}`;
  // An option whose value may lack is one that takes none, to fish.
  const takes = value === undefined || bare ? '' : values(value);
  return `${at(command)}${letter} -l ${name}${takes} -d ${quoted(description)}\n`;
}

function commandLines({ name, options, operand }: CompletedCommand): string {
  const operands = operand.kind === 'nothing' ? '' : `${at(name)}${values(operand).replace(' -x', '').replace(' -r', '')}\n`;
  return options.map((option) => optionLine(name, option)).join('') + operands;
}

const choice = (commands: readonly CompletedCommand[], name: string): string =>
  nextWords(commands, name)
    .map(([word, summary]) => `${at(name)} -a ${word} -d ${quoted(summary)}\n`)
    .join('');

export function fishCompletion(commands: readonly CompletedCommand[]): string {
  return `# fish completion of nodemend; made by: nodemend completion fish
function __nodemend_at
    set -l name ''
    for word in (commandline -opc)[2..-1]
        set -l longer (string trim -- "$name $word")
        contains -- "$longer" ${beginnings(commands).map(quoted).join(' ')}; and set name $longer; or test -n "$name"; or return 1
    end
    test "$name" = "$argv[1]"
end
function __nodemend_nodes
    ${NODES}
end
complete -c nodemend -f
${['', ...groups(commands)].map((name) => choice(commands, name)).join('')}${commands.map(commandLines).join('')}`;
}
