import { styleText } from 'node:util';

export type Tone = 'bad' | 'warning' | 'good' | 'faint' | 'strong' | 'plain';

const STYLE = { bad: ['red', 'bold'], warning: ['yellow', 'bold'], good: 'green', faint: 'dim', strong: 'bold' } as const;

export type Paint = (tone: Tone, text: string) => string;

/** Colours where a person looks, nothing elsewhere. */
export function painter(color: boolean): Paint {
  if (!color) return (_tone, text) => text;
  return (tone, text) => (tone === 'plain' ? text : styleText([...[STYLE[tone]].flat()], text, { validateStream: false }));
}
