import { isSameList, type TuneNode } from './node.ts';
import { expandVariables, readServiceCommand, type ServiceCommand, variablesOf } from './service-command.ts';
import { isUnclear, type Unclear, unclear } from './unit-words.ts';

/** The unit's command, understood: its files foretell exactly the command line that runs. */
export interface BaseCommand {
  readonly kind: 'base';
  readonly command: ServiceCommand;
  readonly variables: ReadonlyMap<string, string>;
}

const firstDifference = (one: readonly string[], other: readonly string[]): string => {
  const index = one.findIndex((word, at) => word !== other[at]);
  const at = index === -1 ? one.length : index;
  return `${JSON.stringify(one[at] ?? '')} against ${JSON.stringify(other[at] ?? '')}`;
};

/** A kubelet behind a wrapper, or files that changed after its start: then nothing can be foretold, and nothing is planned. */
export function readBase(node: TuneNode): BaseCommand | Unclear {
  const command = readServiceCommand(node.units, node.unit);
  if (isUnclear(command)) return command;
  const variables = variablesOf(command, node.environmentFiles);
  if (isUnclear(variables)) return variables;
  const argv = expandVariables(command, variables);
  if (isUnclear(argv)) return argv;
  if (isSameList(argv, node.argv)) return { kind: 'base', command, variables };
  return unclear(`the unit's files do not give the command line that runs: ${firstDifference(argv, node.argv)}`);
}
