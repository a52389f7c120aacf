/** As Go prints a time.Duration: `5s`, `1m30s`, `1h0m0s`, `1.5s`, `300ms`; what people compare with kubectl's output. */
export function goDuration(milliseconds: number): string {
  const total = Math.round(milliseconds);
  if (total === 0) return '0s';
  if (total < 1000) return `${total}ms`;
  const [hours, minutes, seconds] = [Math.floor(total / 3_600_000), Math.floor(total / 60_000) % 60, (total % 60_000) / 1000];
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
