import { spawn } from 'node:child_process';
import { type Duration, seconds } from '../model/units.ts';
import type { Clock } from './host.ts';

/** What systemd tells a service about itself. Without `socket` nobody listens, and every word is for nobody. */
export interface ServiceEnvironment {
  readonly socket?: string;
  readonly watchdog?: Duration;
  readonly path: string;
}

/** The conversation with the service manager. Every promise says whether it was heard; none rejects or outlasts its deadline. */
export interface ServiceManager {
  ready(status: string): Promise<boolean>;
  reloading(): Promise<boolean>;
  stopping(status: string): Promise<boolean>;
  /** The line of `systemctl status`; goes along with the next ping. */
  status(text: string): void;
  /** Pings until aborted, each time only if `alive` says so: a loop that hangs must be killed, not vouched for. */
  watch(alive: () => boolean, signal: AbortSignal): Promise<void>;
}

export interface NotifyOptions {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly program?: string;
  readonly deadline?: Duration;
}

const VARIABLES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const;
const MOST_OF_STATUS = 200;

/** Takes the variables out, so that no program started later can speak in the service's name. */
export function takeServiceEnvironment(environment: Record<string, string | undefined>, pid: number): ServiceEnvironment {
  const [socket, microseconds, meant] = VARIABLES.map((name) => environment[name]);
  for (const name of VARIABLES) delete environment[name];
  const watchdog = Number(microseconds) / 1000;
  const isOurs = meant === undefined || meant === String(pid);
  return {
    path: environment.PATH ?? '/usr/bin:/bin',
    ...(socket === undefined || socket === '' ? {} : { socket }),
    ...(watchdog > 0 && isOurs ? { watchdog } : {}),
  };
}

/**
 * By a child, because node has no datagram sockets of the unix family. Without `--no-block`, which systemd < 246 does not know:
 * the child then stays until PID 1 has read the message, which costs us nothing and leaves no race about whose it was.
 */
export function connectServiceManager(environment: ServiceEnvironment, options: NotifyOptions): ServiceManager {
  const { socket, path, watchdog } = environment;
  const { clock, program = 'systemd-notify', deadline = seconds(6) } = options;
  let line = '';
  let news: string | undefined;
  let last: Promise<boolean> = Promise.resolve(true);

  const tell = (...words: readonly string[]): Promise<boolean> => {
    const told = news;
    const status = told === undefined ? [] : [`STATUS=${told}`];
    news = undefined;
    if (socket === undefined) return Promise.resolve(false);
    last = last.then(() => say([program, ...words, ...status], { NOTIFY_SOCKET: socket, PATH: path }, deadline));
    return last.then((heard) => {
      if (!heard) news ??= told;
      return heard;
    });
  };

  const status = (text: string): void => {
    const next = oneLine(text);
    if (next !== line) news = next;
    line = next;
  };

  return {
    status,
    ready: (text) => {
      status(text);
      return tell('READY=1');
    },
    reloading: () => tell('RELOADING=1'),
    stopping: (text) => {
      status(text);
      return tell('STOPPING=1');
    },
    watch: async (alive, signal) => {
      if (watchdog === undefined) return;
      // Each costs a program's start. One that is not heard is said again before systemd loses patience, three times at least.
      const [after, again] = [(watchdog * 5) / 8, watchdog / 12];
      let heard = true;
      while (await rested(clock, heard ? after : again, signal)) heard = alive() && (await tell('WATCHDOG=1'));
    },
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, MOST_OF_STATUS);
}

async function rested(clock: Pick<Clock, 'sleep'>, interval: Duration, signal: AbortSignal): Promise<boolean> {
  await clock.sleep(interval, signal).catch(() => undefined);
  return !signal.aborted;
}

/** node:child_process and not lib/host/run.ts: execa would cost the idle daemon 5 MB for a program that says nothing. */
function say(argv: readonly string[], env: Record<string, string>, deadline: Duration): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const [file = '', ...rest] = argv;
  const child = spawn(file, rest, { stdio: 'ignore', env });
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    child.unref();
    resolve(false);
  }, deadline);
  const end = (heard: boolean): void => {
    clearTimeout(timer);
    resolve(heard);
  };
  child.on('error', () => end(false));
  child.on('exit', (code) => end(code === 0));
  return promise;
}
