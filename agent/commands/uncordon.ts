import type { Command } from '../command.ts';
import { nodeOptions } from '../drain/command-line.ts';
import { runCordon } from './cordon.ts';

export const uncordon: Command = {
  name: 'uncordon',
  summary: 'let a node have new pods again, as kubectl uncordon; whoever cordoned it is named',
  operands: '[NODE…]',
  example: 'nodemend uncordon web-1',
  options: nodeOptions,
  run: (context) => runCordon(context, 'uncordon'),
};
