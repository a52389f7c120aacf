import type { Node } from './ast.ts';
import { contains, NEWLINE, type Ranges } from './ranges.ts';

function some(node: Node, test: (leaf: Node) => boolean): boolean {
  switch (node.kind) {
    case 'concat':
      return node.parts.some((part) => some(part, test));
    case 'alternate':
      return node.branches.some((branch) => some(branch, test));
    case 'repeat':
      return node.max > 0 && some(node.node, test);
    case 'group':
      return some(node.node, test);
    default:
      return test(node);
  }
}

/** Whether a match can go over the end of a line. */
export const spansLines = (node: Node): boolean => some(node, (leaf) => leaf.kind === 'set' && contains(leaf.ranges, NEWLINE));

/** Whether it asks where the text begins, which is not where a line begins. */
export const asksTextBegin = (node: Node): boolean => some(node, (leaf) => leaf.kind === 'assert' && leaf.what === 'begin-text');

/** Whether every match has, in each of its branches, something of this kind. */
function demands(node: Node, test: (leaf: Node) => boolean): boolean {
  switch (node.kind) {
    case 'concat':
      return node.parts.some((part) => demands(part, test));
    case 'alternate':
      return node.branches.every((branch) => demands(branch, test));
    case 'repeat':
      return node.min > 0 && demands(node.node, test);
    case 'group':
      return demands(node.node, test);
    default:
      return test(node);
  }
}

/** Whether every match ends where the text ends. */
export const endsAtTextEnd = (node: Node): boolean => demands(node, (leaf) => leaf.kind === 'assert' && leaf.what === 'end-text');

/** Whether every match begins where the text begins. */
export const beginsAtTextBegin = (node: Node): boolean =>
  demands(node, (leaf) => leaf.kind === 'assert' && leaf.what === 'begin-text');

const isNewline = ({ length, 0: first, 1: last }: Ranges) => length === 2 && first === NEWLINE && last === NEWLINE;

/** Whether every match goes over the end of a line. */
export const demandsNewline = (node: Node): boolean => demands(node, (leaf) => leaf.kind === 'set' && isNewline(leaf.ranges));
