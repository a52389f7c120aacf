import type { EventEmitter } from 'node:events';

/** SIGHUP from the first moment on: a reload while the agent still starts must neither end it nor be forgotten. */
export function onHangUp(process: Pick<EventEmitter, 'on'>): { listen(reload: () => void): void } {
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
