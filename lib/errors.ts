/** Code → what a person does about it; printed on its own line by the commands and put in a field by the logger. */
export const hints = {
  ARGUMENT_INVALID: 'run the command with --help',
  CONFIG_UNREADABLE: 'name a readable regular file with --config, or remove it to run with the defaults',
  CONFIG_INVALID: 'correct the file; `nodemend config schema` lists every key and `nodemend config check` validates',
  RECORDING_INVALID: 'make a new one with `nodemend record --out DIR`',
  RECORDING_INCOMPLETE: 'the recording was made by another version, or for other checks; record again',
  OUTPUT_EXISTS: 'name a new or empty directory',
  PERMISSION_DENIED: 'run the command as root',
  SOURCE_UNREADABLE: 'see the evidence of the check',
  SOURCE_TIMED_OUT: 'the check says unknown; the others were judged without it',
  KUBELET_CONFIG_INVALID: 'correct the kubelet configuration; the kubelet refuses it too',
  KUBECONFIG_INVALID: 'correct the kubeconfig, or name another with --kubeconfig',
  OUTPUT_UNWRITABLE: 'see whether the disk is full or read-only: `df -h`, `findmnt -T PATH`',
  AGENT_SILENT: 'see what it says: `nodemend status`, `systemctl status nodemend`; it may be restarted at any time',
  LEDGER_LOCKED: 'only one program may repair a node; stop the agent with `systemctl stop nodemend`, or let it do the work',
  INCIDENT_UNKNOWN: 'run `nodemend incidents` for the list',
  TUNE_CANNOT_TELL: 'nothing was written; see `nodemend thresholds` for what is in force, and `systemctl cat kubelet`',
  TUNE_LOCKED: 'wait until the other one has ended; one change at a time',
  DOCKER_TUNE_REFUSED: 'nothing was changed; `nodemend tune docker` with what is wanted shows the plan',
  MOVE_REFUSED: 'nothing was changed; `nodemend docker migrate-data` says where an earlier move stands',
  MOVE_STUCK: 'run it again with --resume or --abort when the cause is gone; both begin where this ended',
  MAINTAIN_REFUSED: '`nodemend maintain --status` says where a maintenance stands; --resume goes on, --abort takes it back',
  PROBLEM_UNKNOWN: 'run `nodemend explain` for the list',
} as const;

export type ErrorCode = keyof typeof hints;

/** Raised where the work cannot go on; expected outcomes are values. */
export class AgentError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AgentError';
    this.code = code;
  }

  get hint(): string {
    return hints[this.code];
  }
}
