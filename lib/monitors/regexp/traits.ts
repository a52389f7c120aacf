import type { Node } from './ast.ts';
import { contains, NEWLINE } from './ranges.ts';

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

/** Whether every match ends where the text ends. */
export function endsAtTextEnd(node: Node): boolean {
  switch (node.kind) {
    case 'assert':
      return node.what === 'end-text';
    case 'concat':
      return node.parts.some(endsAtTextEnd);
    case 'alternate':
      return node.branches.every(endsAtTextEnd);
    case 'repeat':
      return node.min > 0 && endsAtTextEnd(node.node);
    case 'group':
      return endsAtTextEnd(node.node);
    default:
      return false;
  }
}

/** Whether every match begins where the text begins. */
export function beginsAtTextBegin(node: Node): boolean {
  switch (node.kind) {
    case 'assert':
      return node.what === 'begin-text';
    case 'concat':
      return node.parts.some(beginsAtTextBegin);
    case 'alternate':
      return node.branches.every(beginsAtTextBegin);
    case 'repeat':
      return node.min > 0 && beginsAtTextBegin(node.node);
    case 'group':
      return beginsAtTextBegin(node.node);
    default:
      return false;
  }
}
