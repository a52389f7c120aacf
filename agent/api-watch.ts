import type { ApiAnswer, HostView } from '../lib/host/host.ts';
import { type Duration, seconds } from '../lib/model/units.ts';

/** How the API server treats our own requests. */
export interface ApiWatch {
  /** The host whose requests are watched. */
  readonly host: HostView;
  /** Of the last answer; undefined: none was asked for lately, or none came. */
  latency(): Duration | undefined;
  /** How long every request, one at least every 20 s, was answered within a second. */
  steadyFor(): Duration;
}

const SOON = seconds(1);
/** Between two requests nobody knows how the server was. */
const MOST_GAP = seconds(20);
const RECENT = seconds(90);

const isGood = (answer: ApiAnswer) => answer.kind === 'response' && answer.status < 500 && answer.took <= SOON;

export function watchApi(node: HostView): ApiWatch {
  const { clock } = node;
  let last: { readonly at: Duration; readonly answer: ApiAnswer } | undefined;
  let since: Duration | undefined;

  function note(asked: Duration, answer: ApiAnswer): void {
    // Nobody was asked.
    if (answer.kind === 'no-identity') return;
    const isTooLate = last === undefined || asked - last.at > MOST_GAP;
    if (!isGood(answer)) since = undefined;
    else if (since === undefined || isTooLate) since = asked;
    last = { at: clock.monotonic(), answer };
  }

  return {
    host: {
      ...node,
      async apiGet(request) {
        const asked = clock.monotonic();
        const answer = await node.apiGet(request);
        note(asked, answer);
        return answer;
      },
    },
    latency() {
      if (last === undefined || clock.monotonic() - last.at > RECENT) return undefined;
      return last.answer.kind === 'response' ? last.answer.took : undefined;
    },
    steadyFor() {
      if (last === undefined || since === undefined || clock.monotonic() - last.at > MOST_GAP) return 0;
      return last.at - since;
    },
  };
}
