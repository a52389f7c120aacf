/** What is said of the identity that speaks for a node. */
export interface AccessWords {
  readonly title: string;
  readonly is: string;
  readonly may: string;
  readonly mayNot: string;
  readonly notKnown: string;
  readonly origin: Readonly<Record<string, string>>;
  who(user: string, node: string): string;
  /** Where the certificate or token does not tell its user. */
  a(credential: string): string;
  until(time: string): string;
  /** One thing that the identity may or may not do. */
  access(what: string): string;
}

export const accessWords: AccessWords = {
  title: 'Cluster identity',
  is: 'is',
  may: 'may',
  mayNot: 'may not',
  notKnown: 'not known',
  origin: {
    option: 'named by --kubeconfig or the configuration',
    own: "the agent's own",
    kubelet: "the kubelet's",
    'well-known': 'found where distributions keep it',
  },
  who: (user, node) => `${user} for Node ${node}`,
  a: (credential) => `a ${credential}`,
  until: (time) => `valid until ${time}`,
  access: (what) => what,
};
