/** What is left of a text that is read; undefined says that it does not fit. */
export class Rest {
  text: string;

  constructor(text: string) {
    this.text = text;
  }

  take(pattern: RegExp): string | undefined {
    const [whole, inner] = pattern.exec(this.text) ?? [];
    if (whole === undefined) return undefined;
    this.text = this.text.slice(whole.length);
    return inner ?? whole;
  }

  number(pattern: RegExp, least: number, most: number): number | undefined {
    const digits = this.take(pattern);
    const value = Number(digits);
    return digits === undefined || value < least || value > most ? undefined : value;
  }

  /** A space of the layout stands for any number of them. */
  literal(text: string): boolean {
    for (const part of text.match(/ +|[^ ]/g) ?? []) {
      if (part.startsWith(' ')) {
        if (this.text !== '' && !this.text.startsWith(' ')) return false;
        this.text = this.text.replace(/^ +/, '');
      } else if (this.text.startsWith(part)) this.text = this.text.slice(1);
      else return false;
    }
    return true;
  }

  word(words: readonly string[], short: boolean): number | undefined {
    const index = words.findIndex((word) => this.text.toLowerCase().startsWith(short ? word.slice(0, 3) : word));
    const found = words[index];
    if (found === undefined) return undefined;
    this.text = this.text.slice(short ? 3 : found.length);
    return index + 1;
  }
}
