import { formatProblem, loadConfig, requireConfig } from '../../lib/config/load.ts';
import { configValues, jsonSchema, renderConfig } from '../../lib/config/print.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { type Command, type CommandContext, EXIT, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { agentSchema } from '../configuration.ts';

const options = { config: shared.config, json: shared.json };

async function check({ options, terminal }: CommandContext): Promise<number> {
  const result = await loadConfig(composeHost(), agentSchema(), textOption(options, 'config'));
  const problems = result.kind === 'valid' ? [] : result.problems;
  const status = result.kind === 'valid' ? EXIT.ok : EXIT.configuration;
  if (options.json === true) {
    terminal.print(`${safeJson({ valid: result.kind === 'valid', problems }, 2)}\n`);
    return status;
  }
  if (result.kind === 'valid') {
    const files = result.files.length === 0 ? 'no file: the defaults hold' : result.files.join(', ');
    terminal.print(`valid (${files})\n`);
    return status;
  }
  terminal.warn(problems.map((problem) => `${formatProblem(problem)}\n`).join(''));
  return status;
}

async function print({ options, terminal }: CommandContext): Promise<number> {
  const schema = agentSchema();
  const loaded = await requireConfig(composeHost(), schema, textOption(options, 'config'));
  const values = configValues(schema, loaded);
  if (options.json !== true) {
    terminal.print(renderConfig(values));
    return EXIT.ok;
  }
  const rows = values.map(({ path, value, source }) => ({ key: path.map(String).join('.'), value, source }));
  terminal.print(`${safeJson({ files: loaded.files, values: rows }, 2)}\n`);
  return EXIT.ok;
}

async function schema({ terminal }: CommandContext): Promise<number> {
  terminal.print(`${safeJson(jsonSchema(agentSchema()), 2)}\n`);
  return EXIT.ok;
}

export const configCheck: Command = {
  name: 'config check',
  summary: 'validate the configuration: file, line, column, what was expected',
  example: 'nodemend config check\nnodemend config check --config ./config.yaml',
  options,
  run: check,
};

export const configPrint: Command = {
  name: 'config print',
  summary: 'the configuration in force, with the source of each value',
  example: 'nodemend config print',
  options,
  run: print,
};

export const configSchema: Command = {
  name: 'config schema',
  summary: 'the JSON Schema of the configuration, for an editor',
  example: 'nodemend config schema > nodemend.schema.json',
  options: {},
  run: schema,
};
