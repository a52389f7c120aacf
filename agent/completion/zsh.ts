import {
  beginnings,
  type CompletedCommand,
  type CompletedOption,
  groups,
  NODES,
  nextWords,
  type Offer,
  quoted,
} from './words.ts';

/** What _arguments and _describe take for their own. */
const plain = (text: string): string => text.replaceAll(/[\\:[\]]/g, '\\$&');

function action(offer: Offer): string {
  switch (offer.kind) {
    case 'files':
      return '_files';
    case 'directories':
      return '_files -/';
    case 'nodes':
      return '_nodemend_nodes';
    case 'nothing':
      return '';
    case 'words': {
      const list = offer.words.join(' ');
      return offer.commas ? `_sequence compadd - ${list}` : `(${list})`;
    }
  }
}

function optionSpecs({ name, short, description, value, placeholder, bare, multiple }: CompletedOption): readonly string[] {
  const told = `[${plain(description)}]`;
  const after = value === undefined ? '' : `:${plain(placeholder)}:${action(value)}`;
  const repeats = multiple ? '*' : '';
  if (bare) return [`--${name}=-${told}:${after}`];
  const long = `--${name}${value === undefined ? '' : '='}`;
  if (short === undefined) return [`${repeats}${long}${told}${after}`];
  return [`(-${short} --${name})-${short}${told}${after}`, `(-${short} --${name})${long}${told}${after}`];
}

function commandCase({ name, options, operand }: CompletedCommand): string {
  const operands = operand.kind === 'nothing' ? [] : [`*:operand:${action(operand)}`];
  const specs = [...options.flatMap(optionSpecs), ...operands].map((spec) => `      ${quoted(spec)}`);
  return `    ${quoted(name)})\n      _arguments -S \\\n${specs.join(' \\\n')}\n      ;;\n`;
}

function choice(commands: readonly CompletedCommand[], name: string): string {
  const rows = nextWords(commands, name).map(([word, summary]) => `        ${quoted(`${plain(word)}:${plain(summary)}`)}\n`);
  return `    ${quoted(name)})\n      next=(\n${rows.join('')}      )\n      _describe -t commands command next\n      ;;\n`;
}

export function zshCompletion(commands: readonly CompletedCommand[]): string {
  return `#compdef nodemend
# zsh completion of nodemend; made by: nodemend completion zsh
_nodemend_nodes() {
  local -a nodes
  nodes=(\${(f)"$(${NODES})"})
  compadd -a nodes
}
_nodemend() {
  local name='' longer
  local -a next
  local -i at=2 last=1
  for ((; at < CURRENT; at++)); do
    longer="\${name:+$name }\${words[at]}"
    case $longer in
      (${beginnings(commands).map(quoted).join('|')}) name=$longer last=at ;;
      (*) if [[ -z $name ]]; then return 1; fi; break ;;
    esac
  done
  words=(nodemend "\${(@)words[last + 1, -1]}")
  ((CURRENT -= last - 1))
  case $name in
${['', ...groups(commands)].map((name) => choice(commands, name)).join('')}${commands.map(commandCase).join('')}  esac
}
# Read by \`source\`, or loaded by compinit on first use.
if [ "$funcstack[1]" = _nodemend ]; then _nodemend "$@"; else compdef _nodemend nodemend; fi
`;
}
