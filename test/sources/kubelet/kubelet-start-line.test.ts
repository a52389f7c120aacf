import { describe, expect, it } from 'vitest';
import { kubeletSettings } from '../../../lib/sources/kubelet/kubelet-settings.ts';
import { parseStartLine } from '../../../lib/sources/kubelet/kubelet-start-line.ts';
import type { FakeNode } from '../../fakes/node.ts';
import { fakeNode } from '../../fakes/node.ts';
import { KUBELET, nodeWith, OWN } from '../../fakes/processes.ts';
import { readFact } from '../../fakes/read.ts';

const GO =
  'I1121 11:20:00.000000     812 container_manager_linux.go:280] Creating Container Manager object based on Node Config: {RuntimeCgroupsName: NodeAllocatableConfig:{SystemReserved:map[] HardEvictionThresholds:';
const rows = (...texts: string[]) =>
  `[${texts.map((text) => `{${text} GracePeriod:0s MinReclaim:<nil>}`).join(' ')}]} QOSReserved:map[]}`;
const nodefs = 'Signal:nodefs.available Operator:LessThan Value:{Quantity:<nil> Percentage:0.05}';
const memory = 'Signal:memory.available Operator:LessThan Value:{Quantity:100Mi Percentage:0}';

describe('parseStartLine', () => {
  it.each<[string, string, Record<string, string> | undefined]>([
    ['v1.20', GO + rows(memory, nodefs), { 'memory.available': '100Mi', 'nodefs.available': '5%' }],
    ['one that was no binary fraction', GO + rows(nodefs.replace('0.05', '0.0725')), { 'nodefs.available': '7.25%' }],
    [
      "the kubelet's own addition",
      GO + rows('Signal:allocatableMemory.available Operator:LessThan Value:{Quantity:100Mi Percentage:0}'),
      {},
    ],
    ['none at all', `${GO}[]} QOSReserved:map[]}`, {}],
    [
      'v1.36',
      '"Creating Container Manager object based on Node Config" nodeConfig={"HardEvictionThresholds":[{"Signal":"imagefs.available","Operator":"LessThan","Value":{"Quantity":null,"Percentage":0.15},"GracePeriod":0,"MinReclaim":null},{"Signal":"memory.available","Operator":"LessThan","Value":{"Quantity":"100Mi","Percentage":0},"GracePeriod":0,"MinReclaim":null}],"QOSReserved":{}}',
      { 'imagefs.available': '15%', 'memory.available': '100Mi' },
    ],
    ['another line', 'I1121 kubelet.go:1] Starting', undefined],
    ['a line that was cut', `${GO}[{Signal:nodefs.available Operator:LessThan Val`, undefined],
  ])('reads %s', (_, line, expected) => {
    expect(parseStartLine(line)).toEqual(expected);
  });
});

const CONFIG = '/var/lib/kubelet/config.yaml';
const STARTED = Date.parse('2026-01-01T00:01:00Z');

/** A kubelet that runs since STARTED, and its file, which somebody wrote at another time. */
function node(writtenAt: number, journal: string | undefined): FakeNode {
  const argv = ['/usr/bin/kubelet', `--config=${CONFIG}`];
  const line = JSON.stringify({ __REALTIME_TIMESTAMP: `${STARTED * 1000}`, _PID: '812', MESSAGE: journal });
  const [since, until] = [STARTED - 2000, STARTED + 60_000].map((at) => `@${at / 1000}`);
  const words = `journalctl --no-pager --quiet -u kubelet.service --since=${since} --until=${until} -o json --output-fields=MESSAGE,_PID`;
  return nodeWith([{ ...KUBELET, argv, sockets: OWN }], {
    files: {
      [CONFIG]: 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nevictionHard: {nodefs.available: 50%}\n',
    },
    status: { [CONFIG]: { modifiedAt: writtenAt as never } },
    commands: journal === undefined ? {} : { [words]: line },
  });
}

describe('kubeletSettings of a file that changed behind a running kubelet', () => {
  const before = STARTED - 60_000;
  const after = STARTED + 60_000;

  it.each<[string, number, string | undefined, Record<string, unknown>]>([
    ['the file, written before the start', before, GO + rows(nodefs), { value: { 'nodefs.available': '50%' }, source: CONFIG }],
    [
      'what the kubelet logged at its start',
      after,
      GO + rows(nodefs),
      { value: { 'nodefs.available': '5%' }, source: 'log of process 812 (its files changed after its start)' },
    ],
    [
      'the file, written anew with what it said before',
      after,
      GO + rows(nodefs.replace('0.05', '0.5')),
      { value: { 'nodefs.available': '50%' }, source: CONFIG },
    ],
    [
      'the file with a word of warning where no log is',
      after,
      undefined,
      { value: { 'nodefs.available': '50%' }, source: `${CONFIG} (${CONFIG} changed after the kubelet's start)` },
    ],
  ])('tells %s', async (_, writtenAt, journal, expected) => {
    const { evictionHard } = await readFact(fakeNode(node(writtenAt, journal)), kubeletSettings);

    expect(evictionHard).toEqual(expected);
  });
});
