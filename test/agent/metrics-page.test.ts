import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { agentSchema } from '../../agent/configuration.ts';
import { liveConfig } from '../../agent/live-config.ts';
import { type MetricsPage, openMetricsPage } from '../../agent/metrics-page.ts';

const configOf = (listen: string) => agentSchema().parse({ metrics: { listen } });

/** An address that nobody listens at. */
async function freeAddress(): Promise<string> {
  const server = http.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

const textAt = async (address: string) => await (await fetch(`http://${address}/metrics`)).text();

let page: MetricsPage | undefined;
const told: unknown[] = [];

function open(listen: string) {
  const { config, apply } = liveConfig(configOf(listen));
  const log = { info: () => undefined, warn: (fields: object) => told.push(fields), error: () => undefined };
  const metrics = { text: () => 'ours 1\n' };
  const opened = openMetricsPage({ config, metrics, stats: async () => 'stats 2\n', log, unwell: () => undefined });
  page = opened;
  return (next: string) => {
    apply(configOf(next));
    opened.follow();
  };
}

describe('the page of the metrics', () => {
  afterEach(() => {
    page?.close();
    told.length = 0;
  });

  it('serves our metrics, and what system-stats-monitor files ask for', async () => {
    const address = await freeAddress();
    open(address);
    expect(await textAt(address)).toBe('ours 1\nstats 2\n');
  });

  it('follows the configuration to another address', async () => {
    const [before, after] = [await freeAddress(), await freeAddress()];
    const follow = open(before);
    await textAt(before);
    follow(after);
    expect(await textAt(after)).toContain('ours 1');
    await expect(textAt(before)).rejects.toThrow();
  });

  it('is nowhere where no address is named, and comes back', async () => {
    const address = await freeAddress();
    const follow = open('');
    await expect(textAt(address)).rejects.toThrow();
    follow(address);
    expect(await textAt(address)).toContain('ours 1');
    follow('');
    await expect(textAt(address)).rejects.toThrow();
  });

  it('is left alone by a configuration that names the same address', async () => {
    const address = await freeAddress();
    const follow = open(address);
    follow(address);
    expect(await textAt(address)).toContain('ours 1');
    expect(told).toEqual([]);
  });
});
