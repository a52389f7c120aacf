import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from './error.ts';
import { base, bridgeName, namesIn } from './paths.ts';
import { must, run } from './run.ts';

/** Claim a network that no route of the machine leads to and no other lab has claimed; `up` may run twice at a time. */
export async function claimSubnet(lab: string): Promise<string> {
  const routes = await must(['ip', '-4', 'route', 'show', 'table', 'all']);
  mkdirSync(base, { recursive: true });
  for (let third = 0; third < 32; third += 1) {
    const subnet = `10.213.${third}`;
    if (!routes.includes(`${subnet}.`) && claim(lab, subnet)) return subnet;
  }
  throw new LabError('all of 10.213.0.0/19 is in use; bring other labs down: npm run lab -- down --all');
}

const claimFile = (subnet: string): string => join(base, `subnet-${subnet}`);

function claim(lab: string, subnet: string): boolean {
  try {
    writeFileSync(claimFile(subnet), lab, { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

export function releaseSubnets(lab: string): void {
  for (const name of namesIn(base).filter((one) => one.startsWith('subnet-'))) {
    const file = join(base, name);
    if (readFileSync(file, 'utf8') === lab) rmSync(file);
  }
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
