import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { OptionValues } from '../../../agent/command.ts';
import { rbacOptions, renderRbac } from '../../../agent/commands/rbac.ts';

interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resourceNames?: readonly string[];
}
interface Document {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  readonly subjects?: readonly object[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
}

const documents = (options: OptionValues = {}): readonly Document[] =>
  parseAllDocuments(renderRbac(rbacOptions(options))).map((document) => {
    if (!('toJS' in document)) throw new Error('no document');
    expect(document.errors).toEqual([]);
    return document.toJS() as Document;
  });
const rights = (found: readonly Document[]) =>
  found.flatMap(({ rules = [], metadata: { namespace = '*' } }) =>
    rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${namespace} ${verb} ${resource}`)),
    ),
  );

describe('rbac', () => {
  it('binds every role to the identity, each by its own name', () => {
    const found = documents();
    const roles = found.filter(({ rules }) => rules !== undefined);
    const bindings = found.filter(({ roleRef }) => roleRef !== undefined);

    expect(found.slice(0, 2).map(({ kind, metadata: { name } }) => `${kind}/${name}`)).toEqual([
      'Namespace/nodemend',
      'ServiceAccount/nodemend',
    ]);
    expect(bindings.map(({ roleRef, metadata }) => [roleRef?.kind, roleRef?.name, metadata.namespace])).toEqual(
      roles.map(({ kind, metadata }) => [kind, metadata.name, metadata.namespace]),
    );
    for (const { subjects } of bindings) {
      expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'nodemend', namespace: 'nodemend' }]);
    }
  });

  it('grants what the agent asks for', () => {
    expect(rights(documents())).toEqual(
      expect.arrayContaining([
        '* get nodes',
        '* list nodes',
        '* patch nodes/status',
        '* list pods',
        '* list events',
        'default create events',
        'default patch events',
        'kube-node-lease get leases',
        'nodemend list leases',
        'nodemend create leases',
        'nodemend patch leases',
        'nodemend delete leases',
        '* create pods/eviction',
      ]),
    );
  });

  it('grants nothing that would be the cluster’s: no wildcard, no Secret, no shell, no watch', () => {
    const all = rights(documents());

    expect(
      all.filter((right) => /\*$| \* |secret|exec|nodes\/proxy|watch|escalate|bind|impersonate|configmap/.test(right.slice(1))),
    ).toEqual([]);
    expect(all.filter((right) => right.startsWith('* ') && / (create|delete|update) /.test(right))).toEqual([
      '* create pods/eviction',
    ]);
  });

  it('moves nothing where it may only report', () => {
    const all = rights(documents({ 'report-only': true }));

    expect(all).toContain('* patch nodes/status');
    expect(all.filter((right) => /evict|patch nodes$|deployments/.test(right))).toEqual([]);
  });

  it('limits an identity of one node to that Node, where RBAC can', () => {
    const found = documents({ node: 'web-1' });
    const ofNodes = found
      .flatMap(({ rules = [] }) => rules)
      .filter(({ resources }) => resources.some((one) => one.startsWith('nodes')));

    for (const { verbs, resourceNames } of ofNodes) expect(resourceNames).toEqual(verbs.includes('list') ? undefined : ['web-1']);
    expect(found.map(({ metadata }) => metadata.name)).toContain('nodemend-web-1');
  });

  it.each<[OptionValues, object]>([
    [{ user: 'nodemend' }, { kind: 'User', name: 'nodemend', apiGroup: 'rbac.authorization.k8s.io' }],
    [{ group: 'nodemend:agents' }, { kind: 'Group', name: 'nodemend:agents', apiGroup: 'rbac.authorization.k8s.io' }],
  ])('binds %j without a ServiceAccount', (options, subject) => {
    const found = documents(options);

    expect(found.map(({ kind }) => kind)).not.toContain('ServiceAccount');
    for (const { subjects } of found) if (subjects !== undefined) expect(subjects).toEqual([subject]);
  });

  it('makes a token only when it is asked for', () => {
    expect(documents().map(({ kind }) => kind)).not.toContain('Secret');
    expect(documents({ token: true })).toContainEqual(
      expect.objectContaining({ kind: 'Secret', type: 'kubernetes.io/service-account-token' }),
    );
  });

  it.each<[OptionValues, RegExp]>([
    [{ user: 'a', group: 'b' }, /one of them/],
    [{ user: '' }, /need a name/],
    [{ node: 'Web 1' }, /is no name of a Node/],
    [{ user: 'a', token: true }, /--token is for a ServiceAccount/],
  ])('refuses %j', (options, message) => {
    expect(() => rbacOptions(options)).toThrow(message);
  });
});
