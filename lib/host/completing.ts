import { AgentError } from '../errors.ts';
import type { HostView } from './host.ts';
import type { RecordedHost } from './recorded.ts';

/**
 * What was recorded, and the host itself for what was not. A replay has no deadlines: what was late when it was recorded
 * is in time then, is judged, and raises questions that were never asked. Asked now, they are answers of the recording.
 */
export function completingHost(recorded: RecordedHost, live: HostView): HostView {
  async function either<Answer>(ask: (host: HostView) => Promise<Answer>): Promise<Answer> {
    try {
      return await ask(recorded);
    } catch (error) {
      if (!(error instanceof AgentError) || error.code !== 'RECORDING_INCOMPLETE') throw error;
      return await ask(live);
    }
  }
  return {
    clock: recorded.clock,
    readFile: (path, options) => either((host) => host.readFile(path, options)),
    readLink: (path) => either((host) => host.readLink(path)),
    listDirectory: (path) => either((host) => host.listDirectory(path)),
    fileStatus: (path) => either((host) => host.fileStatus(path)),
    fileSystemUsage: (path, options) => either((host) => host.fileSystemUsage(path, options)),
    processes: (options) => either((host) => host.processes(options)),
    run: (argv, options) => either((host) => host.run(argv, options)),
    httpGet: (request) => either((host) => host.httpGet(request)),
    criCall: (request) => either((host) => host.criCall(request)),
    apiGet: (request) => either((host) => host.apiGet(request)),
    clusterIdentity: () => either((host) => host.clusterIdentity()),
  };
}
