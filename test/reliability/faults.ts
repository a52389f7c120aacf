export interface ReliabilityFault {
  readonly fault: string;
  /** What the agent does. */
  readonly must: string;
  /** Completes: must not … */
  readonly mustNot: string;
}

/** The reliability list: every fault has one test, in this folder, under its name. docs/reliability.md is made from it. */
export const faults = {
  'api-hangs': {
    fault: 'the API server accepts connections and never answers',
    must: 'docker is repaired as without a cluster',
    mustNot: 'wait for the server, nor pile up requests',
  },
  'api-403': {
    fault: 'the API server answers 403 to everything',
    must: 'docker is repaired, and a person is told in the log what is forbidden',
    mustNot: 'ask again before ten minutes',
  },
  'api-409': {
    fault: 'somebody else writes the Node at the same time (409)',
    must: 'the Node is read again, and the report delivered',
    mustNot: 'write over it unseen',
  },
  'api-429': {
    fault: 'the API server is overloaded (429, Retry-After: 120)',
    must: 'the report is delivered when the time is over',
    mustNot: 'write within the 120 s',
  },
  'api-500': {
    fault: 'the API server answers 500 for ten minutes',
    must: 'docker is repaired, and one report delivered afterwards',
    mustNot: 'ask more often than every 30 s in the long run',
  },
  'api-garbage': {
    fault: 'something answers 200 with a page of HTML',
    must: 'docker is repaired, and the log says why nothing was written',
    mustNot: 'take it for a Node, or end',
  },
  'api-huge': {
    fault: 'an answer of 20 MB',
    must: 'it is cut off at 16 MiB and counted as a failure',
    mustNot: 'be kept or parsed',
  },
  'api-cut': {
    fault: 'the connection closes in the middle of the answer',
    must: 'it is a failed write, tried again later',
    mustNot: 'take the half for the whole',
  },
  'api-redirect': {
    fault: 'the API server redirects to another server',
    must: 'it is a refused write',
    mustNot: 'follow with our credential',
  },
  'api-lost-answers': {
    fault: 'writes are heard and their answers are lost',
    must: 'the Node is read again and the report goes on',
    mustNot: 'take its own conditions for those of another writer',
  },
  'certificate-rotated': {
    fault: 'the client certificate is rotated under way, and the old one refused',
    must: 'the new one is read, and the report delivered',
    mustNot: 'need a restart',
  },
  'api-outage-of-hours': {
    fault: 'no API server for three hours, docker hangs twice meanwhile',
    must: 'both are repaired, and one report delivered afterwards',
    mustNot: 'replay events of the outage, nor ask more than once a minute in the long run',
  },
  'api-traffic': {
    fault: 'none: one healthy hour, everything that asks the API server on',
    must: 'at most one PATCH in four minutes and one list of pods in five, counted on the wire',
    mustNot: 'open a WATCH, nor keep more than one connection',
  },
  'wrong-node': {
    fault: 'the Node of our name belongs to another machine',
    must: 'the remedy is held by the guard wrong-node',
    mustNot: 'restart anything, nor write to that Node',
  },
  'node-deleted': {
    fault: 'the Node is deleted, and comes back after ten minutes',
    must: 'docker is repaired meanwhile, and the report written to the new Node',
    mustNot: 'make a Node, nor ask more than four times a minute',
  },
  'foreign-condition': {
    fault: 'another agent heartbeats a condition of our name',
    must: 'one event says so',
    mustNot: 'write or remove it',
  },
  'killed-before-action': {
    fault: 'kill −9 between the intent and the action',
    must: 'the next life closes the intent as interrupted, and repairs docker at once',
    mustNot: 'take a rung for tried that was never done',
  },
  'killed-after-action': {
    fault: 'kill −9 right after the restart was asked for',
    must: 'the next life leaves docker to systemd',
    mustNot: 'restart it again',
  },
  'killed-again-and-again': {
    fault: 'kill −9 every few minutes, and a docker that no restart cures',
    must: 'every attempt is counted, whoever made it',
    mustNot: 'restart docker more than three times an hour',
  },
  'next-rung-another-unit': {
    fault: 'a docker that no restart cures, and a ladder whose next rung restarts the kubelet',
    must: 'climb to it, as the kubelet had been well, and give up after it',
    mustNot: 'take the kubelet for one that never worked, because the check that found docker says nothing of it',
  },
  rebooted: {
    fault: 'the host reboots after the last attempt, and docker hangs on',
    must: 'the attempts of before count, and the problem is given up',
    mustNot: 'begin anew',
  },
  'sigterm-mid-repair': {
    fault: 'SIGTERM while a hung docker is being restarted',
    must: 'docker gets its SIGKILL and is left to systemd, and the agent ends within 28 s',
    mustNot: 'leave docker half stopped, nor call it a success',
  },
  'pause-in-ladder': {
    fault: 'a person pauses while a remedy waits its turn',
    must: 'the guard paused holds it',
    mustNot: 'restart anything',
  },
  'healed-while-waiting': {
    fault: 'the problem goes away while its remedy waits its turn',
    must: 'it is let go',
    mustNot: 'restart anything',
  },
  'replaced-meanwhile': {
    fault: 'systemd restarts docker between the decision and the action',
    must: 'the plan is refused: another main process',
    mustNot: 'restart the new one',
  },
  'died-meanwhile': {
    fault: 'docker dies between the decision and the action',
    must: 'the restart is refused, and docker started later',
    mustNot: 'count a refused plan as a cure that failed',
  },
  'unit-deactivating': {
    fault: 'somebody stops or restarts a hung docker, which takes 90 s',
    must: 'systemd is let finish',
    mustNot: 'touch the unit',
  },
  'unit-activating': {
    fault: 'docker is activating (auto-restart) for minutes',
    must: 'it is reported',
    mustNot: 'touch the unit',
  },
  flapping: {
    fault: 'docker refuses every other call, for minutes',
    must: 'it is at most restarted once per cooldown',
    mustNot: 'make a storm of restarts, incidents or ledger entries',
  },
  'two-causes': {
    fault: 'docker hangs until PLEG stalls, too',
    must: 'one repair: that of the cause',
    mustNot: 'restart the kubelet',
  },
  'systemctl-hangs': {
    fault: 'PID 1 is frozen: systemctl never answers',
    must: 'the hung docker is reported',
    mustNot: 'act, nor call anything a success',
  },
  'dbus-dead': {
    fault: 'the bus is dead: systemctl fails',
    must: 'the hung docker is reported, and repaired when systemd answers again',
    mustNot: 'spend its only rung on a plan nobody could carry out',
  },
  'journald-dead': {
    fault: 'journalctl never answers',
    must: 'docker is repaired in the same time',
    mustNot: 'wait for evidence longer than 3 s',
  },
  'clock-ahead': {
    fault: 'the clock is set forward an hour after a repair',
    must: 'the cooldown goes on by the clock that does not jump',
    mustNot: 'restart docker again',
  },
  'clock-back': {
    fault: 'the clock is set back an hour during a repair',
    must: 'the repair is verified, and the next one allowed in its time',
    mustNot: 'rest for an hour',
  },
  suspended: {
    fault: 'the host sleeps for an hour, again and again',
    must: 'it is healthy when it wakes',
    mustNot: 'take the sleep for a stalled relist',
  },
  starved: {
    fault: 'docker does not answer because everything waits for a CPU',
    must: 'it is called slow',
    mustNot: 'call it hung, nor restart anything',
  },
  busy: {
    fault: 'docker does not answer and computes',
    must: 'it is called slow, and asked to end after a minute at the earliest',
    mustNot: 'kill it',
  },
  'probe-hangs': {
    fault: 'a probe and a file never come back',
    must: 'the other checks go on in their time, and docker is repaired',
    mustNot: 'start the same probe again beside it',
  },
  'pod-fakes-healthz': {
    fault: 'the kubelet is dead, and a pod on the host network answers on :10248 under its name',
    must: 'the kubelet is started',
    mustNot: 'believe the pod',
  },
  'kubelet-stopped': {
    fault: 'the kubelet is stopped (SIGSTOP)',
    must: 'it is restarted within 25 s',
    mustNot: 'touch docker',
  },
  'person-stops-kubelet': {
    fault: 'a person stops the kubelet cleanly',
    must: 'it is a notice',
    mustNot: 'start it',
  },
  'state-read-only': {
    fault: 'the state directory is read-only',
    must: 'docker is repaired once, with the intent in /run, and the guard no-ledger holds the next',
    mustNot: 'restart a unit twice in one boot',
  },
  'state-nowhere': {
    fault: 'nothing can be written, in /run neither',
    must: 'the problem is reported',
    mustNot: 'do what the next life would not know of',
  },
  'state-full': {
    fault: 'the disk is full (ENOSPC)',
    must: 'intent and outcome go into the reserve, and docker is repaired',
    mustNot: 'lose either',
  },
  'state-deleted': {
    fault: 'the state directory is deleted while the agent runs, and the agent killed after it',
    must: 'what it knows by heart is written anew',
    mustNot: 'forget the attempts that were made',
  },
  'status-unwritable': {
    fault: 'status.json cannot be written',
    must: 'one line of the log says so',
    mustNot: 'stop, repeat itself, or leave temporary files',
  },
  'metrics-port-taken': {
    fault: 'the metrics port is taken',
    must: 'one line says so, and the work goes on',
    mustNot: 'end',
  },
  'two-agents': {
    fault: 'a second agent is started',
    must: 'it refuses, and names the process of the first',
    mustNot: 'write anything',
  },
  'configuration-broken': {
    fault: 'the agent is started with a key nobody knows',
    must: 'it exits 78 with file, line and the nearest key',
    mustNot: 'begin',
  },
  'docker-garbage': {
    fault: 'docker’s socket answers random bytes',
    must: 'the check says that it cannot tell',
    mustNot: 'restart anything',
  },
  'docker-huge': {
    fault: 'docker’s list is 100 MB',
    must: 'it is cut off at 16 MiB, and the check cannot tell',
    mustNot: 'be kept or parsed',
  },
  'docker-endless': {
    fault: 'docker’s list never comes to its end (chunks for ever)',
    must: 'it ends at its deadline, and the other checks go on',
    mustNot: 'pile up connections',
  },
  'docker-errors': {
    fault: 'docker answers 500 to everything',
    must: 'it is suspected, and told in words',
    mustNot: 'print what it said unescaped',
  },
  'cri-garbage': {
    fault: 'containerd’s socket answers frames of garbage',
    must: 'the check cannot tell of containerd, and goes on with docker',
    mustNot: 'restart anything, or end',
  },
  'hostile-names': {
    fault: 'a container whose inspect hangs has terminal escapes and 10 kB in its name',
    must: 'it is named',
    mustNot: 'write an escape or a long line to log, status, metrics, or the Node',
  },
} as const satisfies Readonly<Record<string, ReliabilityFault>>;
