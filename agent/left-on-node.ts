import type { AgentConfig } from '../lib/config/schema.ts';
import type { HostView } from '../lib/host/host.ts';
import type { Snapshot } from '../lib/model/snapshot.ts';
import { ANNOTATION } from '../lib/reporters/annotations.ts';
import { moveFiles } from './drain-remedy/program.ts';
import { LARGEST, parseSnapshot } from './running.ts';
import { statePaths } from './state-paths.ts';

/** As the last agent told them: what it kept, True or False, and what an operator's own files declare if it stands. */
function conditionsOf({ checks, problems }: Snapshot): readonly string[] {
  const standing = problems.filter(({ severity }) => severity !== 'notice').map(({ type }) => type);
  return [...new Set([...checks.flatMap(({ conditions }) => conditions), ...standing])].toSorted();
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** What a person types where the agent itself could not: all of it in one write, and what is not there does no harm. */
function cleaningCommand(node: string, conditions: readonly string[]): string {
  const annotations = Object.fromEntries(Object.values(ANNOTATION).map((name) => [name, null]));
  const status = { conditions: conditions.map((type) => ({ type, $patch: 'delete' })) };
  const patch = JSON.stringify({ metadata: { annotations }, status });
  return `kubectl patch node ${quoted(node)} --subresource=status --type=strategic -p ${quoted(patch)}`;
}

/** Sentences for the person who removes the agent: what stays on the Node, and how it goes. `name`: as far as the identity tells. */
export async function leftOnNode(
  host: Pick<HostView, 'readFile' | 'fileStatus'>,
  config: Pick<AgentConfig, 'stateDirectory' | 'runtimeDirectory'>,
  name: string | undefined,
): Promise<readonly string[]> {
  const answer = await host.readFile(statePaths(config).status, { maxBytes: LARGEST });
  const last = answer.kind === 'text' ? parseSnapshot(answer.text) : undefined;
  const hasMoved = (await host.fileStatus(moveFiles(config.stateDirectory).record)).kind === 'status';
  const node = name ?? last?.node ?? 'NAME';
  const conditions = [...(last === undefined ? [] : conditionsOf(last)), ...(hasMoved ? ['DrainScheduled'] : [])];
  const unknown = `which conditions is not known any more: kubectl describe node ${quoted(node)}; each needs a {"type":"…","$patch":"delete"}`;
  return [
    `still on the Node ${node}: nodemend's conditions and annotations, which nobody keeps true from now on`,
    ...(last === undefined ? [unknown] : []),
    `to take them away when the API server answers (kubectl 1.24 or later): ${cleaningCommand(node, conditions)}`,
    ...(hasMoved ? [`if the node is cordoned by nodemend: kubectl uncordon ${quoted(node)}`] : []),
  ];
}
