import { defineProblem } from '../model/problem.ts';

const RENEW = [
  { text: 'See what ends when', command: 'kubeadm certs check-expiration' },
  { text: 'Renew it (before v1.20: kubeadm alpha certs renew all)', command: 'kubeadm certs renew all' },
  {
    text: 'Let the static pods read the new files, one control plane node at a time',
    command: 'cd /etc/kubernetes/manifests && for f in kube-*.yaml etcd.yaml; do mv $f /tmp/ && sleep 20 && mv /tmp/$f .; done',
  },
] as const;

export const kubeletCertificateExpiring = defineProblem({
  type: 'KubeletCertificateExpiring',
  title: 'a certificate this node lives by ends soon',
  meaning:
    'When the kubelet’s client certificate ends it cannot talk to the API server any more: the node turns NotReady and its pods are moved. Ended certificates of the control plane or of an authority take the whole cluster. No restart cures it.',
  detection:
    'The kubelet’s client and serving certificates, those in and named by its kubeconfig, its client CA, and kubeadm’s in /etc/kubernetes. Warning with less than 30 days (authorities: 90) or a third of the lifetime left, critical with less than 7 days or a tenth. What the kubelet rotates by itself at 70–90 % of the lifetime is judged by what is left of it: warning below 8 %, critical below 2 %. The serving certificate the kubelet makes for itself is only a notice.',
  advice: [
    {
      text: 'See whether the kubelet asked for a new one',
      command: 'kubectl get csr | grep Pending; journalctl -u kubelet | grep -i certificate | tail',
    },
    { text: 'Approve it', command: 'kubectl certificate approve CSR' },
    {
      text: 'If it has ended already, join again with a fresh bootstrap token (kubeadm token create --print-join-command)',
      command: 'rm /var/lib/kubelet/pki/kubelet-client-* /etc/kubernetes/kubelet.conf && systemctl restart kubelet',
    },
  ],
  settings: [
    'checks.certificates.warnBefore',
    'checks.certificates.criticalBefore',
    'checks.certificates.authorityWarnBefore',
    'checks.certificates.rotatedShare',
  ],
  ladder: [],
  reasons: {
    KubeletClientCertificateExpiring: {
      severity: 'warning',
      description: 'The certificate the kubelet shows to the API server ends soon or has ended',
    },
    KubeletServingCertificateExpiring: {
      severity: 'warning',
      description:
        'The certificate the kubelet serves port 10250 with ends soon or has ended: logs, exec and metrics fail where it is verified',
      advice: [
        {
          text: 'With serverTLSBootstrap, approve its request',
          command: 'kubectl get csr | grep kubelet-serving; kubectl certificate approve CSR',
        },
        {
          text: 'The self-signed one is made anew at the next start',
          command: 'rm /var/lib/kubelet/pki/kubelet.crt /var/lib/kubelet/pki/kubelet.key && systemctl restart kubelet',
        },
      ],
    },
    ControlPlaneCertificateExpiring: {
      severity: 'warning',
      description: 'A certificate of the control plane on this host ends soon or has ended',
      advice: RENEW,
    },
    CertificateAuthorityExpiring: {
      severity: 'warning',
      description: 'An authority ends soon or has ended: everything it signed ends with it',
      advice: [
        { text: 'See what it is', command: 'openssl x509 -noout -subject -enddate -in FILE' },
        {
          text: 'Rotate it by the book, over weeks: both authorities trusted first, then everything signed anew, then the old one dropped',
        },
      ],
    },
    CertificateNotYetValid: {
      severity: 'critical',
      description: 'A certificate begins in the future: most likely the clock of this host is wrong',
      advice: [{ text: 'Compare the clock', command: 'date -u; chronyc -n tracking; openssl x509 -noout -startdate -in FILE' }],
    },
  },
});
