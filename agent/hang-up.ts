import type { EventEmitter } from 'node:events';

/** Who reloads, once there is something to reload. */
export interface HangUp {
  listen(reload: () => void): void;
}

/** SIGHUP from the first moment on: a reload while the agent still starts must neither end it nor be forgotten. */
export function onHangUp(process: Pick<EventEmitter, 'on'>): HangUp {
  let heard = false;
  let listener = (): void => {
    heard = true;
  };
  process.on('SIGHUP', () => listener());
  return {
    listen(reload) {
      listener = reload;
      if (heard) reload();
    },
  };
}
