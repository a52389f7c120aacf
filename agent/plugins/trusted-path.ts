import { dirname, join } from 'node:path';
import type { FileStatus, HostView } from '../../lib/host/host.ts';
import { othersMayWrite } from '../../lib/model/file-owner.ts';
import { explainPathFailure } from '../../lib/model/path-failure.ts';

/** What nobody but root can have put there; or a sentence that names what is wrong. */
export type TrustedPath =
  | { readonly kind: 'trusted'; readonly path: string }
  | { readonly kind: 'refused'; readonly why: string };

interface Place {
  readonly path: string;
  readonly status: FileStatus;
}

/** As the kernel: ELOOP. */
const MOST_LINKS = 40;

const refused = (why: string): TrustedPath => ({ kind: 'refused', why });

const partsOf = (path: string) => path.split('/').filter((part) => part !== '' && part !== '.');

async function lookAt(host: HostView, path: string): Promise<FileStatus | string> {
  const status = await host.fileStatus(path);
  if (status.kind !== 'status') return `${path}: ${explainPathFailure(status)}`;
  // Sticky directories too: who owns a file in one may have put another in its place before.
  return othersMayWrite(status) ? `${path}: others than root may write it` : status;
}

function whyNotProgram(path: string, { is, mode }: FileStatus): string | undefined {
  if (is !== 'file') return `${path}: is a ${is}, not a program`;
  return (mode & 0o111) === 0 ? `${path}: is not executable` : undefined;
}

/** Walks as the kernel does, through links too: each directory on the way and what it leads to must be root's alone. */
async function walk(host: HostView, path: string): Promise<Place | string> {
  let place = '/';
  let status = await lookAt(host, place);
  let links = 0;
  const rest = partsOf(path);
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if (typeof status === 'string') return status;
    const next = part === '..' ? dirname(place) : join(place, part);
    const link = await host.readLink(next);
    if (link.kind === 'link') {
      links += 1;
      if (links > MOST_LINKS) return `${path}: too many symbolic links`;
      rest.unshift(...partsOf(link.target));
      if (link.target.startsWith('/')) place = '/';
      continue;
    }
    status = await lookAt(host, next);
    place = next;
  }
  return typeof status === 'string' ? status : { path: place, status };
}

/** Why others than root could have written what is there; undefined: they could not. */
export async function whyNotTrusted(host: HostView, path: string): Promise<string | undefined> {
  const place = await walk(host, path);
  return typeof place === 'string' ? place : undefined;
}

/** A program that root may be made to run. */
export async function trustPath(host: HostView, path: string): Promise<TrustedPath> {
  const place = await walk(host, path);
  if (typeof place === 'string') return refused(place);
  const why = whyNotProgram(place.path, place.status);
  return why === undefined ? { kind: 'trusted', path: place.path } : refused(why);
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
