import type { HostView } from '../../host/host.ts';
import { defineSource } from '../../model/source.ts';
import { minutes, seconds } from '../../model/units.ts';

/** One line of /etc/fstab: what the operator wants mounted, and how. */
export interface FstabEntry {
  readonly spec: string;
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

const decode = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

export function parseFstab(text: string): FstabEntry[] {
  return text.split('\n').flatMap((line) => {
    const [spec, point, type, options = 'defaults'] = line.trim().split(/[ \t]+/);
    if (spec === undefined || spec === '' || spec.startsWith('#') || point === undefined || type === undefined) return [];
    return [{ spec: decode(spec), point: decode(point), type, options: options.split(',') }];
  });
}

async function readFstab(host: HostView): Promise<readonly FstabEntry[]> {
  const answer = await host.readFile('/etc/fstab');
  return answer.kind === 'text' ? parseFstab(answer.text) : [];
}

/** Empty where there is no readable /etc/fstab: image-based systems mount without it. */
export const fstab = defineSource<readonly FstabEntry[]>({
  id: 'fstab',
  deadline: seconds(3),
  keep: minutes(5),
  read: readFstab,
});
