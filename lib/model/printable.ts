// C0 and C1 controls, DEL, line separators and bidirectional overrides: everything that can move a cursor or reorder a line.
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

const escapeOne = (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** One line that is safe on a terminal, in an annotation and in a metric: what the host says is hostile. */
export function printable(text: string, most = 2000): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return cut.replace(UNSAFE, (character) => (character === '\t' || character === '\n' ? ' ' : escapeOne(character)));
}

/** JSON whose strings cannot drive a terminal either: what JSON.stringify leaves raw is escaped. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(UNSAFE, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
