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

function offer(what: Offer): string {
  if (what.kind === 'words') return `_nodemend_words ${quoted(what.words.join(' '))}${what.commas ? ' ,' : ''}`;
  return what.kind === 'nothing' ? ':' : `_nodemend_${what.kind}`;
}

/** `--name=` is what a value behind `=` follows: bash takes that for a word of its own. */
function optionCase(command: string, { name, short, value, bare }: CompletedOption): string {
  if (value === undefined) return '';
  const typed = bare ? [`--${name}=`] : [`--${name}`, `--${name}=`, ...(short === undefined ? [] : [`-${short}`])];
  return `    ${typed.map((word) => quoted(`${command} ${word}`)).join(' | ')}) ${offer(value)}; return ;;\n`;
}

const flagsOf = ({ options }: CompletedCommand): string =>
  options.flatMap(({ name, short }) => [...(short === undefined ? [] : [`-${short}`]), `--${name}`]).join(' ');

function commandCase(command: CompletedCommand): string {
  return `    ${quoted(command.name)}) case $cur in -*) _nodemend_words ${quoted(flagsOf(command))} ;; *) ${offer(command.operand)} ;; esac ;;\n`;
}

/** Needs bash alone, from 3.2 on: no bash-completion. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const names = beginnings(commands).map(quoted).join(' | ');
  const first = nextWords(commands, '').map(([word]) => word);
  const sub = groups(commands).map((name) => {
    const next = nextWords(commands, name).map(([word]) => word);
    return `    ${quoted(name)}) _nodemend_words ${quoted(next.join(' '))} ;;\n`;
  });
  return `# bash completion of nodemend; made by: nodemend completion bash
_nodemend_reply() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done
}
# With a second word: several of them, with that between them.
_nodemend_words() {
  local before=''
  if [[ -n \${2-} && $cur == *"$2"* ]]; then before="\${cur%"$2"*}$2"; fi
  _nodemend_reply < <(compgen -P "$before" -W "$1" -- "\${cur#"$before"}")
}
_nodemend_files() {
  compopt -o filenames 2>/dev/null
  _nodemend_reply < <(compgen -f -- "$cur")
}
_nodemend_directories() {
  compopt -o filenames 2>/dev/null
  _nodemend_reply < <(compgen -d -- "$cur")
}
_nodemend_nodes() { _nodemend_words "$(${NODES})"; }
_nodemend() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} name='' at
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    if [[ \${COMP_WORDS[at]} == -- ]]; then _nodemend_files; return; fi
    case "\${name:+$name }\${COMP_WORDS[at]}" in
    ${names}) name="\${name:+$name }\${COMP_WORDS[at]}" ;;
    *) [[ -n $name ]] || return ;;
    esac
  done
  if [[ $cur == = ]]; then
    cur='' prev="$prev="
  elif [[ $prev == = ]]; then
    prev="\${COMP_WORDS[COMP_CWORD - 2]}="
  fi
  case "$name $prev" in
${commands.flatMap(({ name, options }) => options.map((option) => optionCase(name, option))).join('')}  esac
  case $name in
    '') _nodemend_words ${quoted([...first, '--help', '--version'].join(' '))} ;;
${sub.join('')}${commands.map(commandCase).join('')}  esac
}
complete -F _nodemend nodemend
`;
}
