/** The pieces of a Go time layout, by the part of the reference time they are written as. */
export type Piece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'fraction'; readonly digits: number; readonly optional: boolean }
  | { readonly kind: 'offset'; readonly form: string; readonly zulu: boolean }
  | { readonly kind: 'element'; readonly name: Element };

const ELEMENTS = [
  'January',
  'Jan',
  '1',
  '01',
  'Monday',
  'Mon',
  '2',
  '_2',
  '02',
  '__2',
  '002',
  '15',
  '3',
  '03',
  '4',
  '04',
  '5',
  '05',
  '2006',
  '06',
  'PM',
  'pm',
  'MST',
] as const;
export type Element = (typeof ELEMENTS)[number];

/** Longest first; of names only whole words, so that "Month" is no "Mon" with a rest. */
const ELEMENT = /^(?:January|Monday|Jan(?![a-z])|Mon(?![a-z])|MST|2006|__2|_2(?!006)|002|0[1-6]|15|[1-5]|PM|pm)/;
const OFFSET = /^(?:[-Z]07:00:00|[-Z]070000|[-Z]07:00|[-Z]0700|[-Z]07)/;
const FRACTION = /^[.,](0+|9+)(?!\d)/;

function pieceAt(layout: string): readonly [Piece, number] | undefined {
  const [name] = ELEMENT.exec(layout) ?? [];
  if (name !== undefined) return [{ kind: 'element', name: name as Element }, name.length];
  const [form] = OFFSET.exec(layout) ?? [];
  if (form !== undefined) return [{ kind: 'offset', form: form.slice(1), zulu: form.startsWith('Z') }, form.length];
  const [fraction, digits = ''] = FRACTION.exec(layout) ?? [];
  if (fraction === undefined) return undefined;
  return [{ kind: 'fraction', digits: digits.length, optional: digits.startsWith('9') }, fraction.length];
}

/** Cuts a layout such as `Jan _2 15:04:05` as time.Parse does. */
export function parseLayout(layout: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  for (let at = 0; at < layout.length; ) {
    const found = pieceAt(layout.slice(at));
    if (found === undefined) {
      literal += layout[at];
      at += 1;
      continue;
    }
    if (literal !== '') pieces.push({ kind: 'literal', text: literal });
    literal = '';
    pieces.push(found[0]);
    at += found[1];
  }
  return literal === '' ? pieces : [...pieces, { kind: 'literal', text: literal }];
}
