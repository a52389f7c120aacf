import type { Instant } from './units.ts';

/** A file to the byte, or that there is none. */
export type FileState =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'file';
      /** Base64: what is put back may be no text. */
      readonly content: string;
      /** Permission bits. */
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly modifiedAt: Instant;
    };

export const ABSENT: FileState = { kind: 'absent' };
