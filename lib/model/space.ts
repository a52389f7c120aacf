import type { Bytes, Duration } from './units.ts';

/** A file or directory, and what it holds that no other line of the same list counts. */
export interface SpaceUser {
  readonly path: string;
  readonly bytes: Bytes;
  readonly inodes: number;
  /** Whose it is: `pod default/web, container app`; absent: the path is all that is known. */
  readonly of?: string;
}

/** A file without a name that a process holds open. */
export interface DeletedFile {
  readonly path: string;
  readonly bytes: Bytes;
  readonly pid: number;
  readonly process: string;
  readonly of?: string;
}

/** The largest users of one filesystem, each byte and inode counted once. */
export interface SpaceUsers {
  /** Mount point. */
  readonly filesystem: string;
  readonly byBytes: readonly SpaceUser[];
  readonly byInodes: readonly SpaceUser[];
  readonly deleted: readonly DeletedFile[];
  /** What was counted, of what the filesystem says is in use. */
  readonly seen: { readonly bytes: Bytes; readonly inodes: number };
  readonly used: { readonly bytes: Bytes; readonly inodes: number };
  readonly took: Duration;
  /** Why not all was seen; absent: everything was. Sentence fragment. */
  readonly cut?: string;
  /** Directories that could not be read. */
  readonly denied: number;
}

/** What a walk is given, and what it must keep to. */
export interface SpaceRequest {
  readonly filesystem: string;
  readonly within: Duration;
  /** Bytes it may have read from the disk. */
  readonly mostRead: Bytes;
}
