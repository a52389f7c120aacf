import { minorOf, NEWEST_MINOR } from '../../model/kubernetes-version.ts';

/** What changed between kubelets in the settings that nodemend reads; each number is the first minor with it. */
const SINCE = {
  /** DefaultEvictionHard moved from the API defaults to loadConfigFile (kubernetes#110263): without --config there is none. */
  evictionDefaultsNeedConfig: 27,
  /** The last kubelet with dockershim is 1.23. */
  noDockershim: 24,
  /** imagefs.inodesFree<5% (kubernetes#121834). */
  imagefsInodesDefault: 30,
  /** mergeDefaultEvictionSettings (kubernetes#127577). */
  mergeDefaults: 33,
} as const;

export interface VersionRules {
  /** The five (four before 1.30) hard thresholds of this version. */
  readonly evictionHard: Readonly<Record<string, string>>;
  readonly evictionDefaultsNeedConfig: boolean;
  readonly mergeDefaults: boolean;
  readonly dockershim: boolean;
}

export function rulesOf(version: string | undefined): VersionRules {
  const minor = minorOf(version) ?? NEWEST_MINOR;
  return {
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '10%',
      'nodefs.inodesFree': '5%',
      'imagefs.available': '15%',
      ...(minor >= SINCE.imagefsInodesDefault ? { 'imagefs.inodesFree': '5%' } : {}),
    },
    evictionDefaultsNeedConfig: minor >= SINCE.evictionDefaultsNeedConfig,
    mergeDefaults: minor >= SINCE.mergeDefaults,
    dockershim: minor < SINCE.noDockershim,
  };
}
