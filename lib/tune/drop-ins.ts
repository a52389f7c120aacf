/** Directories of units, the strongest first; a file of one name hides those of the same name behind it. */
const DIRECTORIES = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/generator.late',
] as const;

/** `kubelet@a.service` → its own directory, its template's, the prefixes' (`foo-.service.d`, systemd 238), the type's (246). */
function dropInDirectories(unit: string): readonly string[] {
  const type = /\.([a-z]+)$/.exec(unit)?.[1] ?? 'service';
  const name = unit.slice(0, -type.length - 1);
  const at = name.indexOf('@');
  const base = at === -1 ? name : name.slice(0, at);
  const template = at === -1 ? [] : [`${base}@`];
  const dashes = [...base.matchAll(/-/g)].map(({ index }) => base.slice(0, index + 1)).filter((prefix) => prefix !== base);
  const names = [name, ...template, ...dashes.reverse()];
  return [
    ...names.flatMap((one) => DIRECTORIES.map((path) => `${path}/${one}.${type}.d`)),
    ...DIRECTORIES.map((path) => `${path}/${type}.d`),
  ];
}

const isBefore = (a: string, b: string): boolean => a < b;
const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** Drop-ins in the order in which systemd applies them: by file name across all directories, the strongest directory's file alone. */
export function orderDropIns(unit: string, files: readonly string[]): readonly string[] {
  const chosen = new Map<string, string>();
  for (const directory of dropInDirectories(unit)) {
    for (const path of files) {
      const name = baseName(path);
      if (path === `${directory}/${name}` && name.endsWith('.conf') && !chosen.has(name)) chosen.set(name, path);
    }
  }
  return [...chosen].sort(([a], [b]) => (isBefore(a, b) ? -1 : 1)).map(([, path]) => path);
}

/** The unit's own file: that of the strongest directory. */
export function findFragment(unit: string, files: readonly string[]): string | undefined {
  return DIRECTORIES.map((path) => `${path}/${unit}`).find((path) => files.includes(path));
}

/** A name that is read after all of these. */
export function lastName(stem: string, names: readonly string[]): string {
  const candidates = [`90-${stem}.conf`, `zz-${stem}.conf`, `zzzz-${stem}.conf`];
  const others = names.filter((name) => !candidates.includes(name));
  return candidates.find((name) => others.every((other) => isBefore(other, name))) ?? `~${stem}.conf`;
}
