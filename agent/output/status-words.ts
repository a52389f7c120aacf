export interface StatusLabels {
  readonly agent: string;
  readonly cause: string;
  readonly config: string;
  readonly configuration: string;
  readonly givenUp: string;
  readonly held: string;
  readonly lastRemedy: string;
  readonly mode: string;
  readonly next: string;
  readonly paused: string;
  readonly said: string;
}

/** What `status` says itself. Times are spans: `1m30s`. */
export interface StatusWords {
  readonly label: StatusLabels;
  ago(span: string): string;
  /** The agent's last word is not to be taken as it stands. */
  lastSaid(health: string): string;
  process(of: { readonly pid: number; readonly started: string; readonly memory: string; readonly cpu: string }): string;
  ownMemory(bytes: string): string;
  residentMemory(bytes: string): string;
  readonly notRunning: string;
  /** Why its last word is not to be taken as it stands, or why there is none. */
  doubt(why: string): string;
  rejected(ago: string, why: string): string;
  restartFor(keys: string): string;
  paused(reason: string, until: string | undefined, undo: string): string;
  readonly byPerson: string;
  /** `active, since 1m30s`. */
  standing(state: 'suspected' | 'active' | 'clearing', span: string): string;
  next(remedy: string, disruption: string): string;
  readonly nothingNext: string;
  givenUp(type: string): string;
  lastRemedy(of: { remedy: string; problem: string; outcome: string; ago: string; message: string }): string;
  readonly checks: string;
  readonly never: string;
}

export const statusWords: StatusWords = {
  label: {
    agent: 'agent',
    cause: 'because of',
    config: 'config',
    configuration: 'configuration',
    givenUp: 'given up',
    held: 'held by',
    lastRemedy: 'last remedy',
    mode: 'mode',
    next: 'next',
    paused: 'paused',
    said: 'said',
  },
  ago: (span) => `${span} ago`,
  lastSaid: (health) => `Unknown (it last said ${health})`,
  process: ({ pid, started, memory, cpu }) => `process ${pid}, started ${started}, ${memory}, ${cpu}s of CPU`,
  ownMemory: (bytes) => `${bytes} of its own memory`,
  residentMemory: (bytes) => `${bytes} resident`,
  notRunning: 'not running',
  doubt: (why) => why,
  rejected: (ago, why) => `rejected ${ago}, the one before still holds: ${why}; nodemend config check`,
  restartFor: (keys) => `${keys} changed: takes effect with systemctl restart nodemend`,
  paused: (reason, until, undo) => `${reason}${until === undefined ? '' : ` until ${until}`}; ${undo}`,
  byPerson: 'by a person',
  standing: (state, span) => `${state}, since ${span}`,
  next: (remedy, disruption) => `${remedy} (disruption: ${disruption})`,
  nothingNext: 'nothing by itself; nodemend doctor says what to do',
  givenUp: (type) => `every remedy was tried; nodemend reset ${type} lets it begin anew`,
  lastRemedy: ({ remedy, problem, outcome, ago, message }) =>
    `${remedy} for ${problem}: ${outcome}, ${ago}${message === '' ? '' : `; ${message}`}`,
  checks: 'Checks, and when each last ran',
  never: 'never',
};
