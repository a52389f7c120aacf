import { type Duration, seconds } from '../../model/units.ts';
import type { Connection } from './connection.ts';

/** How long a connection is kept: a server that goes on with those it has, and accepts none, must not be taken for a healthy one. */
const KEPT_FOR: Duration = seconds(50);

/** One open connection per socket, for one caller at a time. */
export interface KeptConnections {
  /** The one that is kept, if it still is open; the caller has it for himself. */
  take(socketPath: string): Connection | undefined;
  /** False: it is too old, or another is kept already. */
  keep(socketPath: string, connection: Connection): boolean;
}

export function keptConnections(now: () => Duration = () => performance.now()): KeptConnections {
  const idle = new Map<string, Connection>();
  const since = new WeakMap<Connection, Duration>();
  return {
    take(socketPath) {
      const connection = idle.get(socketPath);
      idle.delete(socketPath);
      return connection?.isOpen() === true ? connection : undefined;
    },
    keep(socketPath, connection) {
      const at = now();
      const first = since.get(connection) ?? at;
      since.set(connection, first);
      if (at - first >= KEPT_FOR || idle.has(socketPath) || !connection.isOpen()) return false;
      idle.set(socketPath, connection);
      connection.rest();
      return true;
    },
  };
}
