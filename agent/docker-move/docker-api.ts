import { type Inventory, toInventory } from '../../lib/docker/inventory.ts';
import type { HostView } from '../../lib/host/host.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { type Duration, MiB, minutes, seconds } from '../../lib/model/units.ts';
import { MoveFailure } from './node.ts';

const ANSWER = seconds(60);
const FIRST = minutes(2);

/** Unversioned paths: the daemon's own newest API. */
export async function askDocker(host: HostView, socketPath: string, path: string): Promise<unknown> {
  const answer = await host.httpGet({ socketPath, url: `http://localhost${path}`, deadline: ANSWER, maxBytes: 64 * MiB });
  if (answer.kind !== 'response') throw new MoveFailure(`docker does not answer (${answer.kind})`);
  if (answer.status !== 200 || answer.truncated) throw new MoveFailure(`docker answered ${path} with HTTP ${answer.status}`);
  try {
    return JSON.parse(answer.body) as unknown;
  } catch {
    throw new MoveFailure(`docker's answer to ${path} is no JSON`);
  }
}

async function readInventory(host: HostView, socketPath: string): Promise<Inventory> {
  const paths = ['/info', '/images/json?all=1', '/containers/json?all=1', '/volumes'];
  const [info, images, containers, volumes] = await Promise.all(paths.map((path) => askDocker(host, socketPath, path)));
  return toInventory(info, images, containers, volumes);
}

/** Asked again while it has only just begun to listen. */
export async function inventoryOf(host: HostView, socketPath: string, within: Duration = FIRST): Promise<Inventory> {
  const until = host.clock.monotonic() + within;
  for (;;) {
    try {
      return await readInventory(host, socketPath);
    } catch (error) {
      if (host.clock.monotonic() > until) throw new MoveFailure(messageOf(error), { cause: error });
      await host.clock.sleep(seconds(1));
    }
  }
}
