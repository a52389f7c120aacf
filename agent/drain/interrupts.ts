import { leave } from '../leave.ts';

/** 128 + the signal's number, as a shell says it. */
const STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Interrupts {
  readonly signal: AbortSignal;
  /** The exit status of an interrupted command; undefined: nobody interrupted it. */
  status(): number | undefined;
  close(): void;
}

/** Ctrl-C ends the work in good order; a second one ends the program at once. */
export function interrupts(): Interrupts {
  const controller = new AbortController();
  let status: number | undefined;
  const on = (name: NodeJS.Signals) => {
    if (status !== undefined) {
      void leave(status);
      return;
    }
    status = STATUS[name as keyof typeof STATUS];
    controller.abort();
  };
  process.on('SIGINT', on);
  process.on('SIGTERM', on);
  return {
    signal: controller.signal,
    status: () => status,
    close: () => {
      process.off('SIGINT', on);
      process.off('SIGTERM', on);
    },
  };
}
