/** Minor of `v1.20.2`; undefined for a text that is no Kubernetes version. */
export function minorOf(version: string | undefined): number | undefined {
  const minor = /^v?1\.(\d+)/.exec(version ?? '')?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** Stands in for a version that is not known. */
export const NEWEST_MINOR = 36;
