import { JudgingAgent } from './judging-agent.ts';
import { holdsLeaf } from './kubelet-certificate.ts';
import type { Session } from './session.ts';

function tlsOf({ kubeconfig, credential, ca }: Session) {
  const { certificate, key } = credential;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined || key === undefined ? {} : { cert: certificate, key }),
    ...(kubeconfig.serverName === undefined ? {} : { servername: kubeconfig.serverName }),
    ...(kubeconfig.proxy === undefined ? {} : { proxy: kubeconfig.proxy }),
  };
}

function apiAgent(session: Session): JudgingAgent {
  const { kubeconfig, credential } = session;
  return new JudgingAgent({
    ...tlsOf(session),
    judge(socket) {
      if (kubeconfig.insecure && credential.token === undefined) return undefined;
      if (kubeconfig.insecure) return 'insecure-skip-tls-verify: no token is sent to a server that was not verified';
      return socket.authorized ? undefined : `its certificate: ${socket.authorizationError}`;
    },
  });
}

function kubeletAgent(session: Session, leaves: () => readonly Buffer[]): JudgingAgent {
  const { serverName: _, proxy: __, ...kubeconfig } = session.kubeconfig;
  return new JudgingAgent({
    ...tlsOf({ ...session, kubeconfig }),
    anyName: true,
    judge(socket) {
      if (holdsLeaf(socket, leaves())) return undefined;
      if (session.ca !== undefined && socket.authorized) return undefined;
      return 'its certificate is neither the kubelet’s own file nor signed by the cluster’s CA';
    },
  });
}

interface Connections {
  readonly session: Session;
  readonly api: JudgingAgent;
  readonly kubelet: JudgingAgent;
}

/** The connections of a session; those of the one before are closed as soon as they are idle. */
export function connectionsTo(): (session: Session, leaves?: readonly Buffer[]) => Connections {
  let known: readonly Buffer[] = [];
  let open: Connections | undefined;
  return (session, leaves = known) => {
    known = leaves;
    if (open?.session === session) return open;
    open?.api.retire();
    open?.kubelet.retire();
    open = { session, api: apiAgent(session), kubelet: kubeletAgent(session, () => known) };
    return open;
  };
}
