export interface PodsRequest {
  /** Name of the Deployment, or the prefix of bare pods: `web`, `web-1`. */
  readonly name: string;
  readonly count: number;
  /** The host they run on; without it the scheduler decides. */
  readonly node?: string;
  /** A Deployment, or pods that nobody replaces (default). */
  readonly owner?: 'deployment' | 'none';
  /** Default: sleep until told to end. Run by the busybox image. */
  readonly command?: readonly string[];
  readonly namespace?: string;
  /** Bound of the wait; default 60 s. */
  readonly timeoutMs?: number;
}
