declare const unit: unique symbol;

/** Length of time in milliseconds. */
export type Duration = number & { readonly [unit]?: 'ms' };

/** Point of wall-clock time, in milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [unit]?: 'unix-ms' };

/** Size in bytes. */
export type Bytes = number & { readonly [unit]?: 'bytes' };

export const ms = (value: number): Duration => value;
export const seconds = (value: number): Duration => value * 1000;
export const minutes = (value: number): Duration => value * 60_000;
export const KiB = 1024;
export const MiB = 1024 * 1024;
