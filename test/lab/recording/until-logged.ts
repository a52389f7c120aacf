import type { LabHost } from '../host.ts';
import { waitFor } from '../wait.ts';

/** Until a unit has written a line that holds this text. */
export async function untilLogged(host: LabHost, unit: string, text: string): Promise<void> {
  const ask = async (): Promise<true | undefined> => {
    const { code } = await host.exec(['sh', '-c', `journalctl --no-pager -o cat -u ${unit} | grep -qF '${text}'`]);
    return code === 0 ? true : undefined;
  };
  await waitFor(`${unit} to log "${text}"`, ask, { timeoutMs: 180_000, everyMs: 1000 });
}
