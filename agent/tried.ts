/** Undefined: it has ended, went away, or is not ours to see. */
export function tried<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
