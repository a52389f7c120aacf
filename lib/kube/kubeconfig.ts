import type { FileAnswer, HostView } from '../host/host.ts';
import { explainPathFailure } from '../model/path-failure.ts';
import { formatBytes } from '../model/quantity.ts';
import { remembered } from '../model/remembered.ts';
import { type Bytes, MiB } from '../model/units.ts';
import { type ExecPlugin, parseExec } from './exec-plugin.ts';
import { type Cursor, invalid, parseYaml } from './yaml-cursor.ts';

/** PEM that stands in the kubeconfig, or the absolute path of the file it stands in. */
export type Material = { readonly kind: 'data'; readonly pem: string } | { readonly kind: 'file'; readonly path: string };

export interface User {
  readonly certificate?: Material;
  readonly key?: Material;
  readonly token?: string;
  /** Absolute; read again when it changes, and before `token` (client-go). */
  readonly tokenFile?: string;
  readonly exec?: ExecPlugin;
}

/** The current context of a kubeconfig, relative paths resolved as client-go does: against the kubeconfig's directory. */
export interface Kubeconfig {
  readonly file: string;
  readonly server: string;
  readonly ca?: Material;
  readonly insecure: boolean;
  readonly serverName?: string;
  readonly proxy?: string;
  readonly user: User;
}

/** Far above any real one; a file beyond it is something else. */
const LARGEST: Bytes = MiB;

const isUrl = (text: string, scheme: 'https:' | 'http:'): boolean =>
  URL.canParse(text) && new URL(text).protocol === scheme && new URL(text).hostname !== '';

/** Against the directory of the kubeconfig, as client-go does. */
function resolvePath(file: string, path: string): string {
  return path.startsWith('/') ? path : `${file.slice(0, file.lastIndexOf('/') + 1)}${path}`;
}

/** `<key>-data` (base64 of PEM) before `<key>` (a path), as client-go has it. */
function materialOf(file: string, at: Cursor, key: string): Material | undefined {
  const data = at.text(`${key}-data`);
  if (data !== undefined && data !== '') {
    const pem = Buffer.from(data, 'base64').toString('latin1');
    if (!/-----BEGIN [A-Z0-9 ]+-----[\s\S]+-----END [A-Z0-9 ]+-----/.test(pem)) at.fail('expected base64 of PEM', `${key}-data`);
    return { kind: 'data', pem };
  }
  const path = at.text(key);
  return path === undefined || path === '' ? undefined : { kind: 'file', path: resolvePath(file, path) };
}

/** The entry of a named list that the context points to. */
function named(root: Cursor, list: string, name: string, context: Cursor): Cursor {
  const entry = root.list(list).find((item) => item.text('name') === name);
  const kind = list.slice(0, -1);
  return entry?.map(kind) ?? context.fail(`names a ${kind} that ${list} does not have`, kind);
}

function parseUser(file: string, at: Cursor): User {
  const certificate = materialOf(file, at, 'client-certificate');
  const key = materialOf(file, at, 'client-key');
  if (certificate !== undefined && key === undefined) at.fail('has client-certificate without client-key');
  if (key !== undefined && certificate === undefined) at.fail('has client-key without client-certificate');
  if (at.has('auth-provider')) at.fail('expected exec; auth-provider was removed in Kubernetes 1.26', 'auth-provider');
  if (at.has('username')) at.fail('expected a certificate or token; passwords were removed in Kubernetes 1.19', 'username');
  const token = at.text('token');
  const tokenFile = at.text('tokenFile');
  const exec = at.map('exec');
  return {
    ...(certificate === undefined || key === undefined ? {} : { certificate, key }),
    ...(token === undefined || token === '' ? {} : { token }),
    ...(tokenFile === undefined || tokenFile === '' ? {} : { tokenFile: resolvePath(file, tokenFile) }),
    ...(exec === undefined ? {} : { exec: parseExec(exec, (path) => resolvePath(file, path)) }),
  };
}

export function parseKubeconfig(file: string, text: string): Kubeconfig {
  const root = parseYaml(file, text);
  const current = root.text('current-context');
  if (current === undefined || current === '') root.fail('expected the name of a context', 'current-context');
  const entry = root.list('contexts').find((item) => item.text('name') === current);
  const context = entry?.map('context') ?? root.fail('names a context that contexts does not have', 'current-context');
  const clusterName = context.text('cluster') ?? context.fail('expected a cluster');
  const userName = context.text('user') ?? '';
  const cluster = named(root, 'clusters', clusterName, context);

  const server = cluster.text('server') ?? cluster.fail('expected a server');
  if (!isUrl(server, 'https:')) cluster.fail('expected https://HOST:PORT', 'server');
  const proxy = cluster.text('proxy-url');
  if (proxy !== undefined && proxy !== '' && !isUrl(proxy, 'http:')) cluster.fail('expected http://HOST:PORT', 'proxy-url');
  const serverName = cluster.text('tls-server-name');
  const ca = materialOf(file, cluster, 'certificate-authority');
  return {
    file,
    server,
    ...(ca === undefined ? {} : { ca }),
    insecure: cluster.flag('insecure-skip-tls-verify'),
    ...(serverName === undefined || serverName === '' ? {} : { serverName }),
    ...(proxy === undefined || proxy === '' ? {} : { proxy }),
    user: userName === '' ? {} : parseUser(file, named(root, 'users', userName, context)),
  };
}

/** The text of a file that must be there, whole and readable. */
export function textOf(file: string, answer: FileAnswer): string {
  if (answer.kind !== 'text') throw invalid(file, explainPathFailure(answer));
  if (answer.truncated) throw invalid(file, `larger than ${formatBytes(LARGEST)}`);
  return answer.text;
}

/** Behind the name of the file, which its relative paths are read by. */
const parsed = remembered((named) => {
  const end = named.indexOf('\0');
  return parseKubeconfig(named.slice(0, end), named.slice(end + 1));
}, 4);

/** Throws KUBECONFIG_INVALID with file, line and column; for a kubeconfig that a person named. */
export async function readKubeconfig(host: Pick<HostView, 'readFile'>, file: string): Promise<Kubeconfig> {
  return parsed(`${file}\0${textOf(file, await host.readFile(file, { maxBytes: LARGEST }))}`);
}
