import { counterOf, isNumber, type Stat, type StatsTexts } from './stats-reading.ts';

/** Columns of /proc/net/dev. */
const COLUMNS: readonly (readonly [id: string, help: string])[] = [
  ['net/rx_bytes', 'Cumulative count of bytes received.'],
  ['net/rx_packets', 'Cumulative count of packets received.'],
  ['net/rx_errors', 'Cumulative count of receive errors encountered.'],
  ['net/rx_dropped', 'Cumulative count of packets dropped while receiving.'],
  ['net/rx_fifo', 'Cumulative count of FIFO buffer errors.'],
  ['net/rx_frame', 'Cumulative count of packet framing errors.'],
  ['net/rx_compressed', 'Cumulative count of compressed packets received by the device driver.'],
  ['net/rx_multicast', 'Cumulative count of multicast frames received by the device driver.'],
  ['net/tx_bytes', 'Cumulative count of bytes transmitted.'],
  ['net/tx_packets', 'Cumulative count of packets transmitted.'],
  ['net/tx_errors', 'Cumulative count of transmit errors encountered.'],
  ['net/tx_dropped', 'Cumulative count of packets dropped while transmitting.'],
  ['net/tx_fifo', 'Cumulative count of FIFO buffer errors.'],
  ['net/tx_collisions', 'Cumulative count of collisions detected on the interface.'],
  ['net/tx_carrier', 'Cumulative count of carrier losses detected by the device driver.'],
  ['net/tx_compressed', 'Cumulative count of compressed packets transmitted by the device driver.'],
];

/** The kernel's own totals: they begin with the interface, not with us. */
export function netStats({ netDev = '' }: StatsTexts, isWanted: (name: string) => boolean): readonly Stat[] {
  const lines = [...netDev.matchAll(/^\s*(\S+?):\s*(.*)$/gm)]
    .map(([, name = '', columns = '']) => ({ name, values: columns.trim().split(/\s+/).map(Number) }))
    .filter(({ name }) => isWanted(name));
  return COLUMNS.map(([id, help], index) =>
    counterOf(
      id,
      help,
      lines.flatMap(({ name, values }) => {
        const value = values[index];
        return isNumber(value) ? [{ labels: { interface_name: name }, value }] : [];
      }),
    ),
  );
}
