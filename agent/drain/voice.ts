import type { Clock } from '../../lib/host/host.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { renderEvent } from '../output/drain.ts';
import { type DrainResult, eventJson, resultJson } from '../output/drain-json.ts';
import type { Terminal } from '../terminal.ts';
import type { DryRun, Tell } from './events.ts';

/** How a command tells what it does: text for people, or a JSON document per line. */
export interface Voice {
  readonly tell: Tell;
  /** For people alone. */
  say(text: string): void;
  end(result: DrainResult): void;
}

export function voiceOf(
  terminal: Terminal,
  { json, dryRun, clock }: { json: boolean; dryRun: DryRun; clock: Pick<Clock, 'now'> },
): Voice {
  if (json) {
    const line = (value: unknown) => terminal.print(`${safeJson(value)}\n`);
    return {
      tell: (event) => line(eventJson(event, clock.now())),
      say: () => undefined,
      end: (result) => line(resultJson(result, clock.now())),
    };
  }
  return {
    tell: (event) => {
      const { out, err } = renderEvent(event, dryRun);
      if (out !== undefined) terminal.print(out);
      if (err !== undefined) terminal.warn(err);
    },
    say: (text) => terminal.warn(text),
    end: () => undefined,
  };
}
