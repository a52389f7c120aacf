/** What a word of the report is painted with. */
export const HEALTH_TONE = { Healthy: 'good', Degraded: 'warning', Critical: 'bad', Unknown: 'warning' } as const;
export const SEVERITY_TONE = { critical: 'bad', warning: 'warning', notice: 'faint' } as const;
export const STATUS_TONE = { fail: 'bad', warn: 'warning', unknown: 'warning', skip: 'faint', pass: 'good' } as const;
