import { LabError } from './error.ts';
import { bridgeName } from './paths.ts';
import { must, run } from './run.ts';

/** A network of the lab's own that no route of the machine leads to yet. */
export async function freeSubnet(): Promise<string> {
  const routes = await must(['ip', '-4', 'route', 'show', 'table', 'all']);
  for (let third = 0; third < 32; third += 1) {
    const subnet = `10.213.${third}`;
    if (!routes.includes(`${subnet}.`)) return subnet;
  }
  throw new LabError('all of 10.213.0.0/19 is in use; bring other labs down: npm run lab -- down --all');
}

export async function makeBridge(lab: string, address: string): Promise<void> {
  const bridge = bridgeName(lab);
  await must(['ip', 'link', 'add', bridge, 'type', 'bridge']);
  await must(['ip', 'address', 'add', `${address}/24`, 'dev', bridge]);
  await must(['ip', 'link', 'set', bridge, 'up']);
}

/** The bridge and what still hangs on it: a host that was killed leaves its link for a moment. */
export async function removeLinks(lab: string): Promise<void> {
  const bridge = bridgeName(lab);
  const ports = await run(['ip', '-brief', 'link', 'show', 'master', bridge]);
  if (ports.code !== 0) return;
  const names = ports.stdout.split('\n').map((line) => line.split(/[@ ]/)[0] ?? '');
  for (const name of [...names.filter(Boolean), bridge]) await run(['ip', 'link', 'delete', name]);
}
