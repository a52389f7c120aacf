import { constants, setPriority } from 'node:os';
import type { ReclaimRequest } from '../../lib/model/reclaim.ts';
import type { SpaceRequest } from '../../lib/model/space.ts';
import { composeHost } from '../compose.ts';
import { sayAnswer } from '../say-answer.ts';
import { openReclaimNode } from './reclaim/node.ts';
import { reclaim } from './reclaim/step.ts';
import { findSpaceUsers } from './users.ts';

async function answer(what: string | undefined, request: unknown): Promise<unknown> {
  if (what === 'users') return await findSpaceUsers(composeHost(), request as SpaceRequest);
  if (what !== 'reclaim') throw new Error(`unknown: ${what}`);
  const wanted = request as ReclaimRequest;
  return await reclaim(openReclaimNode(composeHost(wanted.identity), wanted.identity !== undefined), wanted);
}

/** A program of its own, so that neither the daemon nor a person's command holds what a walk over millions of files takes. */
function main([what, request = '{}']: readonly string[]): Promise<never> {
  if (what === 'users') setPriority(constants.priority.PRIORITY_LOW);
  return sayAnswer(async () => await answer(what, JSON.parse(request)));
}

void main(process.argv.slice(2));
