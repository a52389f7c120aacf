import { isBlank, type Unclear, unclear } from './unit-words.ts';

type Place = 'pre-key' | 'key' | 'pre-value' | 'value' | 'single' | 'double' | 'comment';

const NAME = /^[A-Za-z_]\w*$/;

/** What a backslash and the character behind it mean: between double quotes only the shell's own four lose it. */
function escaped(char: string, place: Place): string {
  if (char === '\n') return '';
  return place === 'double' && !/["\\`$]/.test(char) ? `\\${char}` : char;
}

class Reader {
  readonly variables = new Map<string, string>();
  place: Place = 'pre-key';
  private key = '';
  private value = '';
  /** Length up to the last character that no blank at the end takes away. */
  private solid = 0;

  private add(char: string, isSolid: boolean): void {
    this.value += char;
    if (isSolid) this.solid = this.value.length;
  }

  end(): void {
    const name = this.key.trimEnd();
    // A name that no environment can have (`export A`) is dropped, as systemd does.
    if (this.place !== 'key' && this.place !== 'pre-key' && this.place !== 'comment' && NAME.test(name))
      this.variables.set(name, this.value.slice(0, this.solid));
    this.place = 'pre-key';
    this.key = '';
    this.value = '';
    this.solid = 0;
  }

  escape(char: string): void {
    this.add(escaped(char, this.place), true);
    if (this.place === 'pre-value') this.place = 'value';
  }

  private atKey(char: string): void {
    if (this.place === 'pre-key' && isBlank(char)) return;
    if (this.place === 'pre-key' && /[#;]/.test(char)) this.place = 'comment';
    else if (char === '=' && this.place === 'key') this.place = 'pre-value';
    else {
      this.place = 'key';
      this.key += char;
    }
  }

  private atValue(char: string): void {
    const quote = { '"': 'double', "'": 'single' } as const;
    if (this.place === 'pre-value' && (char === '"' || char === "'")) this.place = quote[char];
    else if (this.place !== 'pre-value' || !isBlank(char)) {
      this.place = 'value';
      this.add(char, !isBlank(char));
    }
  }

  take(char: string): void {
    const { place } = this;
    const closing = place === 'single' ? "'" : '"';
    if (place === 'single' || place === 'double') {
      if (char === closing) this.place = 'pre-value';
      else this.add(char, true);
    } else if (char === '\n') this.end();
    else if (place === 'pre-key' || place === 'key') this.atKey(char);
    else if (place !== 'comment') this.atValue(char);
  }
}

/** parse_env_file() of systemd: quotes count only where a value, or what follows a closed quote, begins. */
export function readEnvironmentFile(text: string): ReadonlyMap<string, string> | Unclear {
  const reader = new Reader();
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    const next = text[index + 1] ?? '';
    const escapes = char === '\\' && reader.place !== 'pre-key' && reader.place !== 'key' && reader.place !== 'single';
    if (!escapes) {
      reader.take(char);
      continue;
    }
    index += 1;
    // Until 253 the comment went on in the next line, since 254 it does not.
    if (reader.place === 'comment' && next === '\n') return unclear('a comment ends with a backslash');
    if (reader.place !== 'comment') reader.escape(next);
  }
  if (reader.place === 'single' || reader.place === 'double') return unclear('a quote is never closed');
  reader.end();
  return reader.variables;
}
