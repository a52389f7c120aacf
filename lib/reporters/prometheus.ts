import { printable } from '../model/printable.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/** One metric with all its samples. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
  /** Where more samples than usual are bounded by what the node is. */
  readonly most?: number;
}

/** Whatever a node may come up with, a scrape stays small. */
const MOST_SAMPLES = 500;

const escapeValue = (value: string) => printable(value, 200).toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"');

const escapeHelp = (help: string) => help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

const labelText = (labels: Labels) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeValue(value)}"`)
    .join(',');

function samplesOf({ name, samples, most = MOST_SAMPLES }: Family): string {
  const lines = new Map<string, string>();
  for (const { labels = {}, value } of samples) {
    const text = labelText(labels);
    // Prometheus refuses a scrape with the same series twice.
    if (!lines.has(text)) lines.set(text, `${name}${text === '' ? '' : `{${text}}`} ${number(value)}\n`);
    if (lines.size >= most) break;
  }
  return [...lines.values()].join('');
}

/** Prometheus' text format 0.0.4. A family without samples is left out. */
export function renderMetrics(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map((family) => {
      const { name, help, type } = family;
      return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${samplesOf(family)}`;
    })
    .join('');
}
