import type { PluginMonitor } from '../config/plugin-monitor.ts';

/** What node-problem-detector makes of an exit status: 0, 1, and everything else. */
export type PluginStatus = 'ok' | 'problem' | 'unknown';

export interface PluginResult {
  readonly status: PluginStatus;
  readonly message: string;
  /** It did not run at all: that says nothing about what it looks for. */
  readonly notRun?: true;
}

/** Kept of an output that is not shown whole (`maxCustomPluginBufferBytes`). */
export const MOST_OUTPUT = 4096;

const REPLACEMENT = /\ufffd+$/u;

/** The first bytes; a character that is cut in two is left out. */
function cut(text: string, most: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= most) return text;
  return new TextDecoder().decode(bytes.subarray(0, most)).replace(REPLACEMENT, '');
}

/** How a run ended. */
export type PluginEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string }
  | { readonly kind: 'signalled' | 'timed-out'; readonly output: string }
  | { readonly kind: 'not-run'; readonly why: string };

function messageOf(path: string, end: PluginEnd): string {
  if (end.kind === 'not-run') return end.why;
  const output = end.output.trim();
  if (end.kind !== 'timed-out') return output;
  return `Timeout when running plugin ${JSON.stringify(path)}: state - signal: killed. output - ${JSON.stringify(output)}`;
}

export function resultOf(path: string, end: PluginEnd, { mostOutput }: Pick<PluginMonitor, 'mostOutput'>): PluginResult {
  const message = messageOf(path, end);
  // What we say ourselves is bounded, and useless when it is cut.
  if (end.kind === 'not-run') return { status: 'unknown', message, notRun: true };
  const said = cut(message, mostOutput);
  if (end.kind !== 'exited' || end.code > 1) return { status: 'unknown', message: said };
  return { status: end.code === 0 ? 'ok' : 'problem', message: said };
}
