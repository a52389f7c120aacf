import type { HostView } from '../host/host.ts';
import { isObject, parseObject } from '../model/json.ts';
import { type Instant, MiB, seconds } from '../model/units.ts';
import { type Cursor, invalid } from './yaml-cursor.ts';

/** `exec` of a kubeconfig's user (client-go credential plugins). */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly provideClusterInfo: boolean;
}

export interface ExecCredential {
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly expiresAt?: Instant;
}

const VERSION = /^client\.authentication\.k8s\.io\/v1(?:alpha1|beta1)?$/;
const DEADLINE = seconds(5);

/** A command with a slash is relative to the kubeconfig, without one it is looked up in the PATH (client-go). */
export function parseExec(at: Cursor, resolvePath: (path: string) => string): ExecPlugin {
  const command = at.text('command') ?? at.fail('expected a command');
  const apiVersion = at.text('apiVersion') ?? at.fail('expected an apiVersion');
  if (!VERSION.test(apiVersion)) at.fail('expected client.authentication.k8s.io/v1 or v1beta1', 'apiVersion');
  const pairs = at.list('env').map((entry) => [entry.text('name') ?? entry.fail('expected a name'), entry.text('value') ?? '']);
  return {
    apiVersion,
    command: command.includes('/') ? resolvePath(command) : command,
    args: at.texts('args'),
    environment: Object.fromEntries(pairs),
    provideClusterInfo: at.flag('provideClusterInfo'),
  };
}

const textIn = (status: Readonly<Record<string, unknown>>, key: string): string | undefined => {
  const value = status[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Undefined when the output is no ExecCredential with a token or a certificate. */
export function parseExecCredential(output: string): ExecCredential | undefined {
  const answer = parseObject(output);
  if (answer?.kind !== 'ExecCredential' || !isObject(answer.status)) return undefined;
  const { status } = answer;
  const token = textIn(status, 'token');
  const certificate = textIn(status, 'clientCertificateData');
  const key = textIn(status, 'clientKeyData');
  if (token === undefined && (certificate === undefined || key === undefined)) return undefined;
  const expiresAt = Date.parse(textIn(status, 'expirationTimestamp') ?? '');
  return {
    ...(token === undefined ? {} : { token }),
    ...(certificate === undefined || key === undefined ? {} : { certificate, key }),
    ...(Number.isNaN(expiresAt) ? {} : { expiresAt }),
  };
}

/** Runs the plugin once, bounded. Its output is never part of an error: it is the credential. */
export async function runExecPlugin(
  host: Pick<HostView, 'run'>,
  file: string,
  plugin: ExecPlugin,
  cluster: Readonly<Record<string, unknown>>,
): Promise<ExecCredential> {
  const info = {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(plugin.provideClusterInfo ? { cluster } : {}) },
  };
  const result = await host.run([plugin.command, ...plugin.args], {
    deadline: DEADLINE,
    maxBytes: MiB,
    environment: { ...plugin.environment, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
  });
  const failed = (what: string) => invalid(file, `credential plugin ${plugin.command} ${what}`);
  if (result.kind === 'not-found') throw failed('is not installed');
  if (result.kind === 'timed-out') throw failed('gave no credential within 5s');
  if (result.kind !== 'exited') throw failed(`failed (${result.kind})`);
  if (result.code !== 0) throw failed(`exited with ${result.code}`);
  const credential = parseExecCredential(result.stdout);
  if (credential === undefined) throw failed('printed no ExecCredential with a token or a certificate');
  return credential;
}
