import { defineProblem } from '../model/problem.ts';

export const kubeletCertificateInvalid = defineProblem({
  type: 'KubeletCertificateInvalid',
  title: 'the kubelet itself says that its certificate has expired',
  meaning:
    'The kubelet cannot prove to the API server who it is: the node becomes NotReady, and its pods are moved away, while everything on it runs.',
  detection:
    'Lines of the kubelet in the journal: "Part of the existing bootstrap client certificate … is expired". It is over when the kubelet has a new one, or an hour after the last such line.',
  advice: [
    { text: 'See which one, and until when', command: 'nodemend doctor --only certificates' },
    { text: 'Renew it', command: 'kubeadm certs renew all; systemctl restart kubelet' },
  ],
  settings: ['monitors.defaults', 'monitors.directory'],
  ladder: [],
  reasons: {
    KubeletCertificateExpired: { severity: 'critical', description: 'part of the client certificate has expired' },
  },
});
