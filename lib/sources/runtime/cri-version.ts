import type { CriAnswer, HostView } from '../../host/host.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { PATIENCE, probe, type Reply, toReply } from './daemon-probe.ts';
import { daemonPid } from './daemon-process.ts';
import { mayAsk, unitsOf } from './docker-ping.ts';
import { type RuntimeService, runtimeEndpoint } from './runtime-endpoint.ts';

export interface CriVersion {
  readonly service: RuntimeService;
  readonly reply: Reply;
  readonly apiVersion?: 'v1' | 'v1alpha2';
  /** `containerd 1.6.20`. */
  readonly runtime?: string;
}

const UNIMPLEMENTED = 12;

/** docker's containerd often has its CRI plugin off: that it says so proves that it serves. */
function replyOf(service: RuntimeService, answer: CriAnswer, progress: Parameters<typeof toReply>[1]): Reply {
  const needsCri = service.role === 'endpoint';
  if (!needsCri && answer.kind === 'grpc-error' && answer.code === UNIMPLEMENTED) return { kind: 'answered', took: 0 };
  return toReply(answer, progress);
}

async function readVersion(host: HostView, service: RuntimeService, context: ReadContext): Promise<CriVersion | undefined> {
  if (!(await mayAsk(host, service, context))) return undefined;
  const { answer, progress } = await probe(host, {
    ask: (deadline) =>
      host.criCall({ socketPath: service.socketPath, service: 'RuntimeService', method: 'Version', deadline, kept: true }),
    pid: async () => daemonPid(host, service, await unitsOf(context)),
  });
  const reply = replyOf(service, answer, progress);
  if (answer.kind !== 'response') return { service, reply };
  const { runtimeName = '', runtimeVersion = '' } = answer.response;
  return { service, reply, apiVersion: answer.version, runtime: `${runtimeName} ${runtimeVersion}`.trim() };
}

/** CRI's cheapest call, to every gRPC runtime of this host, the containerd behind docker included. */
export const criVersion = defineSource<readonly CriVersion[]>({
  id: 'cri-version',
  deadline: PATIENCE + seconds(1.3),
  async read(host, context) {
    const { services } = await context.use(runtimeEndpoint);
    const asked = services.filter(({ name }) => name !== 'docker').map((service) => readVersion(host, service, context));
    return (await Promise.all(asked)).filter((version) => version !== undefined);
  },
});
