/** Whether others than root could have written it: then root does what they want. */
export const othersMayWrite = ({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean =>
  uid !== 0 || (mode & 0o022) !== 0;
