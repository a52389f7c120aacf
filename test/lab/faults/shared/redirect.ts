import type { LabHost } from '../../host.ts';
import type { Lab } from '../../lab.ts';

const chain = (fault: string): string => `LAB-${fault}`;

/** How the host's packets to the API server are treated: refused, or sent to another port of the same address. */
export async function redirectApi(host: LabHost, lab: Lab, fault: string, to: number | 'refuse'): Promise<void> {
  const server = `-d ${lab.gateway} -p tcp --dport 6443`;
  const name = chain(fault);
  const divert =
    to === 'refuse'
      ? ''
      : `iptables -t nat -N ${name}; iptables -t nat -A ${name} ${server} -j DNAT --to-destination ${lab.gateway}:${to}
         iptables -t nat -I OUTPUT -j ${name};`;
  // What still goes to the server's own port is a connection from before, or all of them: reset, so that nobody waits.
  await host.sh(`set -e; ${divert}
    iptables -N ${name}; iptables -A ${name} ${server} -j REJECT --reject-with tcp-reset; iptables -I OUTPUT -j ${name}`);
}

export async function stopRedirect(host: LabHost, fault: string): Promise<void> {
  const name = chain(fault);
  await host.sh(`for table in nat filter; do
      iptables -t $table -S ${name} >/dev/null 2>&1 || continue
      while iptables -t $table -D OUTPUT -j ${name} 2>/dev/null; do :; done
      iptables -t $table -F ${name}; iptables -t $table -X ${name}
    done; true`);
}
