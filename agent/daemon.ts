import { startBackground } from './background.ts';
import { openCasebook } from './casebook.ts';
import { type Casework, openCasework } from './casework.ts';
import { lookClosely } from './close-looks.ts';
import { type DaemonFacts, openDaemonFacts } from './daemon-facts.ts';
import type { Daemon, DaemonParts } from './daemon-parts.ts';
import { openErrands } from './drain-remedy/errands.ts';
import { closeInterrupted } from './interrupted.ts';
import { openKeepsakes } from './keepsakes.ts';
import { sayLastWords } from './last-words.ts';
import { resumeReboot } from './reboot/resume.ts';
import type { CheckResult } from './round.ts';
import { checkOf, schedule } from './schedule.ts';
import { openWatching } from './watching.ts';

/** What the agent before this one has left: work that goes on, work that was interrupted, what it had seen in good times. */
async function takeOver(parts: DaemonParts, { gathered }: DaemonFacts, casework: () => Casework) {
  const { host, control, ledger, config } = parts;
  const casebook = openCasebook(ledger);
  const errands = openErrands({ ...parts, casebook, tell: (step) => casework().tell(step) });
  // What no agent would watch over is nothing that could go on.
  const goesOn = parts.launcher === undefined ? new Set<string>() : await errands.adopt();
  await closeInterrupted(ledger, goesOn);
  const keepsakes = await openKeepsakes({ host, control, gathered, runtimeDirectory: config.runtimeDirectory });
  return { casebook, errands, keepsakes };
}

export async function startDaemon(given: DaemonParts): Promise<Daemon> {
  const facts = openDaemonFacts(given);
  const parts = { ...given, host: facts.api.host };
  const { host, config, signal } = parts;
  const { clock } = host;
  const startedAt = clock.now();
  const { casebook, errands, keepsakes } = await takeOver(parts, facts, () => casework);
  let lastSeen = clock.monotonic();
  const wake = (check: string) => watching.wake(check);
  const casework: Casework = openCasework({ ...parts, startedAt, facts, casebook, errands, keepsakes, wake });
  if (parts.initiative !== false) void resumeReboot({ ...parts, tell: casework.tell, checkOf });
  const onResult = (result: CheckResult) => {
    lastSeen = clock.monotonic();
    keepsakes.observe(result);
    parts.plugins?.observe(result);
    if (facts.observe(result)) wake('unit-restarts');
    casework.observe(result);
  };
  const { isClearing } = casework;
  const gathered = lookClosely(facts.gathered, isClearing);
  const watching = openWatching(schedule(config), { host, gathered, isClearing, signal, random: parts.random, onResult });
  const background = startBackground({ ...parts, facts, wake, onEvent: casework.tellAll });
  errands.goOn();
  return {
    lastSeen: () => lastSeen,
    reconfigured() {
      for (const check of watching.reschedule(schedule(config))) casework.forget(check);
      casework.tellAll();
    },
    answer: casework.answer,
    ended: watching.ended.then(() => sayLastWords({ ...parts, clock, background, casework, keepsakes })),
  };
}
