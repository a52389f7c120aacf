import type { Family, Labels, Sample } from './prometheus.ts';

export const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({ name, help, type: 'gauge', samples });
export const total = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  help,
  type: 'counter',
  samples,
});
/** Of a figure that may be unknown. */
export const one = (value: number | null): readonly Sample[] => (value === null ? [] : [{ value }]);
export const toUnixSeconds = (time: string) => Date.parse(time) / 1000;

/** One series for each state there is, 1 for the one that holds. */
export function stateSet(labels: Labels, name: string, states: readonly string[], state: string): readonly Sample[] {
  return states.map((each) => ({ labels: { ...labels, [name]: each }, value: each === state ? 1 : 0 }));
}
