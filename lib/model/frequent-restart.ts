import { defineProblem } from './problem.ts';

interface Daemon<Type extends string> {
  /** node-problem-detector's name of it, condition and reason alike. */
  readonly type: Type;
  readonly daemon: string;
  readonly meaning: string;
}

/** A daemon that systemd starts again and again: the same question and the same advice, whichever it is. */
export const frequentRestart = <const Type extends string>({ type, daemon, meaning }: Daemon<Type>) =>
  defineProblem<Type>({
    type,
    title: `systemd restarts ${daemon} again and again`,
    meaning,
    detection:
      "systemd's own counter (NRestarts, systemd 235) goes up by 5 within 20 minutes; restarts by a person or by the agent, and those of the first 5 minutes after a boot, are not counted. Log monitors that call log-counter find the same type in the journal.",
    advice: [
      { text: 'Read why it ended', command: 'journalctl -u UNIT -b -p warning -n 50 --no-pager' },
      {
        text: 'See how it ended, and what restarts it',
        command: 'systemctl status UNIT; systemctl show -p NRestarts,Result,RestartUSec UNIT',
      },
      { text: 'Look whether the node ran out of something', command: 'nodemend doctor' },
    ],
    settings: ['checks.unit-restarts.restarts', 'checks.unit-restarts.within'],
    ladder: [],
    reasons: {
      [type]: { severity: 'warning', description: `systemd restarted ${daemon} more often than it should have to` },
    } as Record<Type, { severity: 'warning'; description: string }>,
  });

export const RUNTIME_ENDS =
  'The runtime ends again and again. No container starts or stops meanwhile, what the kubelet had asked for fails, and PLEG turns unhealthy.';
