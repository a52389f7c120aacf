/** What follows the name in /proc/PID/stat; the name may hold anything, blanks and parentheses too. */
const fieldsOf = (stat: string): readonly string[] => {
  const end = stat.lastIndexOf(')');
  return end < 0 ? [] : stat.slice(end + 2).split(' ');
};

/** Field 22: when the process started, in hundredths of a second since boot. */
export function parseStartTicks(stat: string): number | undefined {
  const ticks = fieldsOf(stat)[19] ?? '';
  return /^\d+$/.test(ticks) ? Number(ticks) : undefined;
}

/** R, S, D, T …; Z and X: it has ended, and only its parent has not looked. */
export function parseProcessState(stat: string): string | undefined {
  const [state = ''] = fieldsOf(stat);
  return /^[A-Za-z]$/.test(state) ? state : undefined;
}
