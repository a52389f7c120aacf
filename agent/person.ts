import { userInfo } from 'node:os';

function login(): string {
  try {
    return userInfo().username;
  } catch {
    // A uid without a name.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

/** Who typed it, as far as the host tells; for people to read, never to decide by. */
export function whoAmI(): string {
  const name = login();
  const behind = process.env.SUDO_USER ?? '';
  return behind === '' || behind === name ? name : `${behind} as ${name}`;
}

export const isRoot = (): boolean => process.getuid?.() === 0;
