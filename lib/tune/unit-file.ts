/** One `Key=value` of a unit file, lines joined, blanks at both ends gone; an empty value resets the list. */
export interface Assignment {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

export interface UnitText {
  readonly path: string;
  readonly text: string;
}

export interface ParsedUnit {
  readonly assignments: readonly Assignment[];
  /** A comment between continued lines: skipped by systemd since 235, part of the value before. */
  readonly commentInside: boolean;
}

const isComment = (line: string) => /^[#;]/.test(line.trimStart());

/** An odd number of backslashes at the end: the last one is no escaped one. */
const isContinued = (line: string) => (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;

/** Lines as config_parse() of systemd joins them: the backslash becomes a blank. */
function joinLines(text: string): { readonly lines: readonly string[]; readonly commentInside: boolean } {
  const lines: string[] = [];
  let pending: string | undefined;
  let commentInside = false;
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (isComment(raw)) {
      commentInside ||= pending !== undefined;
      continue;
    }
    const line: string = (pending ?? '') + raw.trimStart();
    const continued = isContinued(line);
    if (continued) pending = `${line.slice(0, -1)} `;
    else {
      lines.push(line);
      pending = undefined;
    }
  }
  if (pending !== undefined) lines.push(pending);
  return { lines, commentInside };
}

export function parseUnitFile(text: string): ParsedUnit {
  const { lines, commentInside } = joinLines(text);
  const assignments: Assignment[] = [];
  let section = '';
  for (const line of lines.map((one) => one.trim())) {
    const header = /^\[(.*)\]$/.exec(line)?.[1];
    if (header !== undefined) section = header;
    const equals = line.indexOf('=');
    if (header !== undefined || equals <= 0) continue;
    assignments.push({ section, key: line.slice(0, equals).trim(), value: line.slice(equals + 1).trim() });
  }
  return { assignments, commentInside };
}
