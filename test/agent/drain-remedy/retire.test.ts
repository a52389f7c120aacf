import { describe, expect, it } from 'vitest';
import { retireDrain } from '../../../agent/drain-remedy/retire.ts';
import { fakeNode } from '../../fakes/node.ts';

const RECORD = '/var/lib/nodemend/move-work/record.json';
const OURS = { 'nodemend.io/cordoned-by': 'agent: drain for X, 2026-01-01T00:00:00Z' };
const message = 'Drain activity scheduled 2026-01-01T00:00:00Z | Completed: 2026-01-01T00:01:00Z';

async function retired(files: Record<string, string>, annotations: object, unschedulable = true) {
  const sent: unknown[] = [];
  const body = {
    metadata: { name: 'web-1', annotations },
    spec: { unschedulable },
    status: { conditions: [{ type: 'DrainScheduled', status: 'False', message }] },
  };
  const said = await retireDrain({
    host: fakeNode({ files }),
    cluster: {
      apiGet: async () => ({ kind: 'response', status: 200, body, took: 1 }),
      apiSend: async (request) => {
        sent.push(JSON.parse(request.body));
        return { kind: 'response', status: 200, body: {}, took: 1 };
      },
    },
    stateDirectory: '/var/lib/nodemend',
    node: 'web-1',
  });
  return { said, sent };
}

describe('an agent that is uninstalled', () => {
  it('takes its condition along, and says that its cordon stands', async () => {
    const { said, sent } = await retired({ [RECORD]: '{}' }, OURS);

    expect(sent).toEqual([{ status: { conditions: [{ type: 'DrainScheduled', $patch: 'delete' }] } }]);
    expect(said).toContain('kubectl uncordon web-1');
  });

  it('leaves the condition of another drainer, and says nothing of another’s cordon', async () => {
    expect(await retired({}, OURS)).toEqual({ said: undefined, sent: [] });
    expect((await retired({ [RECORD]: '{}' }, {})).said).toBeUndefined();
    expect((await retired({ [RECORD]: '{}' }, OURS, false)).said).toBeUndefined();
  });
});
