import type { Instant } from '../../model/units.ts';

/** One file, whatever name it has: the name goes to another one when logs rotate. */
export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
}

/** An open file. It stays readable when it is renamed or deleted. */
export interface LogFile extends FileIdentity {
  /** Its own name, when it was opened by a link. */
  readonly path: string;
  /** What there is from a position on, at most so many bytes; fewer at the end of the file. Good until the next read of any file. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface Sibling extends FileIdentity {
  readonly path: string;
  readonly size: number;
  readonly modified: Instant;
}

/** The only way a follower sees the node; every call ends, by its own deadline if need be. */
export interface LogFiles {
  /** undefined: there is no such regular file. */
  open(path: string): Promise<LogFile | undefined>;
  /** Regular files beside it whose names begin with its name, and where it leads if it is a link. */
  siblings(path: string): Promise<readonly Sibling[]>;
}

export const identityOf = ({ device, inode }: FileIdentity): string => `${device}:${inode}`;

/** How far a file is read. */
export interface FilePosition extends FileIdentity {
  /** Where it was when it was opened, links resolved. */
  readonly path?: string;
  /** Where the first line begins that was not yet given out. */
  readonly offset: number;
  /** The bytes before it, as Latin-1: another content under the same inode is told by them. */
  readonly tail: string;
  /** In the middle of a line that was too long: what follows up to its end is dropped. */
  readonly inLongLine: boolean;
}
