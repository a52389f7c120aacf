import { codeOf, messageOf } from '../model/error-words.ts';

const CODES: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left, and the reserve is used up',
  EDQUOT: 'the quota is used up, and the reserve too',
  ENOENT: 'it cannot be made',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EIO: 'input/output error',
  ENOTDIR: 'it is not a directory',
  EEXIST: 'it is not a directory',
};

/** Sentence fragment: why nothing can be kept in a directory. */
export function explain(directory: string, error: unknown): string {
  const code = codeOf(error);
  const said = messageOf(error);
  return `${directory}: ${code === undefined ? said : (CODES[code] ?? code)}`;
}
