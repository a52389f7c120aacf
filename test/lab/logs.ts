import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { enterCommand } from './enter.ts';
import { LabError } from './error.ts';
import type { Lab } from './lab.ts';

/** The command that shows what is asked for: a control plane process's log, a host's console, or a unit's journal. */
export function logsCommand(lab: Lab, words: readonly string[]): string[] {
  const file = (name: string): string => join(lab.directory, 'logs', `${name}.log`);
  const tail = (name: string): string[] => ['tail', '-n', '200', file(name)];
  const [first, second] = words;
  const isHost = lab.hosts.some((host) => host.name === first);

  if (first !== undefined && !isHost && existsSync(file(first))) return tail(first);
  const host = lab.host(isHost ? first : undefined);
  const unit = isHost ? second : first;
  if (unit === 'boot') return tail(host.name);
  if (unit?.startsWith('kube-') || unit === 'etcd') throw new LabError(`there is no log of ${unit} in ${lab.directory}/logs`);
  return enterCommand(host.leader, ['journalctl', '--no-pager', '-n', '200', ...(unit === undefined ? [] : ['-u', unit])]);
}
