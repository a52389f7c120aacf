/** What the kubelet was started with, as far as it bears on identity. */
export interface KubeletPlaces {
  readonly kubeconfig?: string;
  readonly hostnameOverride?: string;
  readonly certDirectory?: string;
  readonly tlsCertFile?: string;
}
