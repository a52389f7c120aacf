import { Document, isMap, isSeq } from 'yaml';
import { AgentError } from '../../lib/errors.ts';
import type { Manifest } from '../../lib/kube/manifest.ts';
import { isShared, type RbacOptions, rbacManifests } from '../../lib/kube/rbac.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { type Command, type CommandContext, EXIT, type OptionValues, shared, textOption } from '../command.ts';

const NODE_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

function subjectOf(options: OptionValues, node: string | undefined): RbacOptions['subject'] {
  const [user, group] = [textOption(options, 'user'), textOption(options, 'group')];
  if (user !== undefined && group !== undefined) throw new AgentError('ARGUMENT_INVALID', '--user and --group: one of them');
  if (user === '' || group === '') throw new AgentError('ARGUMENT_INVALID', '--user and --group need a name');
  if (user !== undefined) return { kind: 'User', name: user };
  if (group !== undefined) return { kind: 'Group', name: group };
  return { kind: 'ServiceAccount', name: node === undefined ? 'nodemend' : `nodemend-${node}` };
}

export function rbacOptions(options: OptionValues): RbacOptions {
  const node = textOption(options, 'node');
  if (node !== undefined && !NODE_NAME.test(node)) {
    throw new AgentError('ARGUMENT_INVALID', `--node: ${JSON.stringify(node)} is no name of a Node`);
  }
  const subject = subjectOf(options, node);
  if (options.token === true && subject.kind !== 'ServiceAccount') {
    throw new AgentError('ARGUMENT_INVALID', '--token is for a ServiceAccount; a user or group has a credential of its own');
  }
  return {
    subject,
    drain: options['report-only'] !== true,
    surge: options.surge === true,
    deletePods: options['delete-pods'] === true,
    token: options.token === true,
    policy: options['without-policy'] !== true,
    ...(node === undefined ? {} : { node }),
  };
}

const comment = (text: string) => ` ${text}`;

/** One document; what is said about a rule stands above it. */
function render({ why, rules, ...fields }: Manifest): string {
  const grants = rules?.map(({ why: _, ...rule }) => rule);
  const document = new Document(
    { ...fields, ...(grants === undefined ? {} : { rules: grants }) },
    { aliasDuplicateObjects: false },
  );
  const list = document.get('rules', true);
  if (isSeq(list)) {
    for (const [at, item] of list.items.entries()) if (isMap(item)) item.commentBefore = comment(rules?.[at]?.why ?? '');
  }
  if (why !== undefined) document.commentBefore = comment(why);
  return document.toString({ lineWidth: 0 });
}

/** Which node an agent of this identity is, in words. */
function proof({ subject, node, token }: RbacOptions): string {
  if (node !== undefined) return `For the node ${node} alone`;
  if (isShared({ subject, node, token }))
    return 'One identity for all nodes: what it may change is limited, and not on which node';
  if (subject.kind === 'Group')
    return 'Each agent proves its node by its name: ServiceAccount nodemend-NODE, certificate nodemend:NODE';
  return 'Each agent proves its node by a token that is bound to it: kubectl create token --bound-object-kind Node';
}

export function renderRbac(options: RbacOptions): string {
  const head = [
    "# An identity of the agent's own; docs/identity.md says how a kubeconfig is made of it.",
    `# ${proof(options)}.`,
    ...(options.policy
      ? ['# The ValidatingAdmissionPolicies need Kubernetes 1.30; before, --without-policy and docs/identity.md.']
      : ['# Without an admission policy: RBAC alone cannot say "its own node".']),
  ];
  return `${head.join('\n')}\n${rbacManifests(options).map(render).join('---\n')}`;
}

async function run({ options, positionals, terminal }: CommandContext): Promise<number> {
  if (positionals.length > 0) throw new AgentError('ARGUMENT_INVALID', 'rbac takes no operand');
  const wanted = rbacOptions(options);
  if (options.json === true) {
    const items = rbacManifests(wanted).map(({ why: _, rules, ...fields }) => ({
      ...fields,
      ...(rules === undefined ? {} : { rules: rules.map(({ why: __, ...rule }) => rule) }),
    }));
    terminal.print(`${safeJson({ apiVersion: 'v1', kind: 'List', items }, 2)}\n`);
    return EXIT.ok;
  }
  terminal.print(renderRbac(wanted));
  return EXIT.ok;
}

export const rbac: Command = {
  name: 'rbac',
  summary: "print the manifests for an identity of the agent's own",
  example:
    'nodemend rbac | kubectl apply -f -\nnodemend rbac --group nodemend:agents | kubectl apply -f -\nnodemend rbac --token | kubectl apply -f -',
  options: {
    user: {
      type: 'string',
      value: 'NAME',
      description: 'a user (common name of a client certificate) instead of a ServiceAccount',
    },
    group: {
      type: 'string',
      value: 'NAME',
      description: 'a group (organization of client certificates) instead of a ServiceAccount',
    },
    node: { type: 'string', value: 'NAME', description: 'rights on this Node alone, for an identity that no other node has' },
    'report-only': { type: 'boolean', description: 'without the rights to cordon, evict and move pods' },
    surge: { type: 'boolean', description: 'also the rights that drain --mode surge needs' },
    'delete-pods': { type: 'boolean', description: 'also the right to delete pods, for nodes whose kubelet is dead' },
    token: { type: 'boolean', description: 'a Secret with a token that does not expire; without --node one for all nodes' },
    'without-policy': {
      type: 'boolean',
      description: 'without the ValidatingAdmissionPolicies that bind each agent to its own node (before Kubernetes 1.30)',
    },
    json: shared.json,
  },
  run,
};
