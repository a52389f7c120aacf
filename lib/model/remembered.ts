/**
 * What came of a text the last times, `most` different ones: what is read again and again hardly ever changes, and code that is run
 * every minute is always cold. For work that depends on the text alone; what throws is not remembered.
 */
export function remembered<Value>(work: (text: string) => Value, most: number): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = work(text);
    if (known.size >= most) known.clear();
    known.set(text, value);
    return value;
  };
}
