import { pkiPath } from '../fakes/kube-api.ts';

export interface Parts {
  readonly server: string;
  /** Lines of `cluster:` and `user:`, YAML. */
  readonly cluster?: readonly string[];
  readonly user?: readonly string[];
}

const indented = (lines: readonly string[]) => lines.map((line) => `    ${line}`).join('\n');

export const CA = [`certificate-authority: ${pkiPath('ca.crt')}`];
export const CLIENT = [`client-certificate: ${pkiPath('client.crt')}`, `client-key: ${pkiPath('client.key')}`];

export function kubeconfigText({ server, cluster = CA, user = CLIENT }: Parts): string {
  return `apiVersion: v1
kind: Config
current-context: default
contexts:
- name: default
  context: {cluster: test, user: agent}
clusters:
- name: test
  cluster:
    server: ${server}
${indented(cluster)}
users:
- name: agent
  user:
${indented(user)}
`;
}
