import { dirname, join } from 'node:path';
import type { FileStatus, HostView } from '../../lib/host/host.ts';
import { explainPathFailure } from '../../lib/model/path-failure.ts';

/** A program that nobody but root can have put there; or a sentence that names what is wrong. */
export type TrustedPath =
  | { readonly kind: 'trusted'; readonly path: string }
  | { readonly kind: 'refused'; readonly why: string };

/** As the kernel: ELOOP. */
const MOST_LINKS = 40;

const refused = (why: string): TrustedPath => ({ kind: 'refused', why });

/** Sticky directories too: who owns a file in one may have put another in its place before. */
const isOthers = ({ uid, mode }: FileStatus): boolean => uid !== 0 || (mode & 0o022) !== 0;

const partsOf = (path: string) => path.split('/').filter((part) => part !== '' && part !== '.');

async function lookAt(host: HostView, path: string): Promise<FileStatus | string> {
  const status = await host.fileStatus(path);
  if (status.kind !== 'status') return `${path}: ${explainPathFailure(status)}`;
  return isOthers(status) ? `${path}: others than root may write it` : status;
}

function whyNotProgram(path: string, { is, mode }: FileStatus): string | undefined {
  if (is !== 'file') return `${path}: is a ${is}, not a program`;
  return (mode & 0o111) === 0 ? `${path}: is not executable` : undefined;
}

/** Walks as the kernel does, through links too: each directory on the way and the program itself must be root's alone. */
export async function trustPath(host: HostView, path: string): Promise<TrustedPath> {
  let place = '/';
  let status = await lookAt(host, place);
  let links = 0;
  const rest = partsOf(path);
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if (typeof status === 'string') return refused(status);
    const next = part === '..' ? dirname(place) : join(place, part);
    const link = await host.readLink(next);
    if (link.kind === 'link') {
      links += 1;
      if (links > MOST_LINKS) return refused(`${path}: too many symbolic links`);
      rest.unshift(...partsOf(link.target));
      if (link.target.startsWith('/')) place = '/';
      continue;
    }
    status = await lookAt(host, next);
    place = next;
  }
  if (typeof status === 'string') return refused(status);
  const why = whyNotProgram(place, status);
  return why === undefined ? { kind: 'trusted', path: place } : refused(why);
}

/**
 * Where a file's program may be. node-problem-detector takes a relative path from its working directory, and ships `./config/plugin/x`
 * for files that lie in /config: beside the file, the directory of the file being that `config`, and at the root as in its image.
 */
export function placesOf(file: string, path: string): readonly string[] {
  if (path.startsWith('/')) return [path];
  const directory = dirname(file);
  const [first, ...rest] = partsOf(path);
  const inside = first === 'config' ? [join(directory, ...rest)] : [];
  return [join(directory, path), ...inside, join('/', path)];
}

/** The first place where there is something; else what is said of the first. */
export async function findPlugin(host: HostView, file: string, path: string): Promise<TrustedPath> {
  const places = placesOf(file, path);
  for (const place of places) {
    if ((await host.fileStatus(place)).kind === 'status') return trustPath(host, place);
  }
  return trustPath(host, places[0] ?? path);
}
