/** The failure domain that the labels of a Node or a volume name; of before 1.17 the second one. Empty: none. */
export const zoneOf = (labels: Readonly<Record<string, string>> = {}): string =>
  labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? '';
