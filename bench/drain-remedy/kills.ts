import { setTimeout as delay } from 'node:timers/promises';
import { property } from '../../test/lab/faults/shared/unit.ts';
import { configOf, type Ground, recordOf } from './ground.ts';
import { incident } from './incident.ts';

export interface Kills {
  kills: number;
  /** Of the agent, of the program that drains, and how often the latter was under way. */
  agents: number;
  programs: number;
  underWay: number;
  stories: number;
  readonly broken: string[];
}

const MOST_PER_STORY = 8;

/** The agent or its program, whichever chance names, as long as the drain has not ended. */
async function killDuring({ host }: Ground, seen: Kills, left: () => number): Promise<void> {
  for (let killed = 0; killed < MOST_PER_STORY && left() > 0; killed += 1) {
    await delay(300 + Math.random() * 9000);
    const stage = recordOf(host)?.stage;
    if (stage === 'ended') return;
    const isProgram = Math.random() < 0.5 && (await property(host, 'nodemend-move-work', 'MainPID')) !== '0';
    const unit = isProgram ? 'nodemend-move-work' : 'nodemend';
    const pid = await property(host, unit, 'MainPID');
    if (pid === '0') continue;
    await host.exec(['kill', '-KILL', pid]);
    seen.kills += 1;
    if (isProgram) seen.programs += 1;
    else seen.agents += 1;
    if (stage !== undefined) seen.underWay += 1;
  }
}

/** I3 again and again, with kills at random instants between the line and the end. */
export async function killed(ground: Ground, kills: number, line: string): Promise<Kills> {
  const seen: Kills = { kills: 0, agents: 0, programs: 0, underWay: 0, stories: 0, broken: [] };
  while (seen.kills < kills) {
    const config = configOf('buffer: 15s');
    const left = () => kills - seen.kills;
    const told = await incident(ground, { config, line, during: (one) => killDuring(one, seen, left) });
    seen.stories += 1;
    seen.broken.push(...told.broken.map((what) => `story ${seen.stories}: ${what}`));
    console.log(
      `  story ${seen.stories}: ${Math.round(told.took / 1000)} s, ${seen.kills} kills so far, ${told.broken.length} broken promises`,
    );
  }
  return seen;
}
