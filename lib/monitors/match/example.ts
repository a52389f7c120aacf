import type { Node } from '../regexp/ast.ts';
import { contains, type Ranges } from '../regexp/ranges.ts';

const LIKELY = [...'a0A -_./:1'].map((one) => one.codePointAt(0) ?? 0);

function characterOf(ranges: Ranges): string {
  return String.fromCodePoint(LIKELY.find((code) => contains(ranges, code)) ?? ranges[0] ?? 0);
}

/** A short text that the pattern nearly always matches; `within` stands for its last group. */
export function exampleOf(node: Node, within?: { readonly group: number; readonly text: string }): string {
  switch (node.kind) {
    case 'set':
      return node.ranges.length === 0 ? '' : characterOf(node.ranges);
    case 'concat':
      return node.parts.map((part) => exampleOf(part, within)).join('');
    case 'alternate':
      return node.branches[0] === undefined ? '' : exampleOf(node.branches[0], within);
    case 'repeat':
      return exampleOf(node.node, within).repeat(Math.min(node.min, 100));
    case 'group':
      return node.index === within?.group ? within.text : exampleOf(node.node, within);
    default:
      return '';
  }
}
