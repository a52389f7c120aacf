import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
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
  readonly spec?: PolicySpec;
}
interface PolicySpec {
  readonly policyName?: string;
  readonly validationActions?: readonly string[];
  readonly failurePolicy?: string;
  readonly matchConditions?: readonly { readonly expression: string }[];
  readonly matchConstraints?: {
    readonly resourceRules: readonly { readonly resources: readonly string[]; readonly operations: readonly string[] }[];
  };
  readonly variables?: readonly { readonly name: string; readonly expression: string }[];
  readonly validations?: readonly { readonly expression: string; readonly message: string }[];
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

    expect(found[0]).toMatchObject({ kind: 'Namespace', metadata: { name: 'nodemend' } });
    expect(found.find(({ kind }) => kind === 'ServiceAccount')?.metadata.name).toBe('nodemend');
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

  it('lets nobody touch a workload, unless it is asked for', () => {
    expect(rights(documents()).filter((right) => right.includes('deployments'))).toEqual([]);
    expect(rights(documents({ surge: true })).filter((right) => right.startsWith('* patch') && !right.includes('node'))).toEqual([
      '* patch deployments',
      '* patch replicasets',
    ]);
  });

  it('lets nobody delete a pod, unless it is asked for', () => {
    expect(rights(documents({ 'delete-pods': true }))).toContain('* delete pods');
    expect(rights(documents({ 'delete-pods': true, 'report-only': true }))).not.toContain('* delete pods');
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

const OPERATION: Readonly<Record<string, string>> = { create: 'CREATE', patch: 'UPDATE', update: 'UPDATE', delete: 'DELETE' };
const GOLDEN = fileURLToPath(new URL('rbac-golden', import.meta.url));

describe('the admission policy of rbac', () => {
  const policies = (options: OptionValues = {}) => documents(options).filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
  const specOf = (options: OptionValues, name = 'nodemend') =>
    policies(options).find(({ metadata }) => metadata.name === name)?.spec;

  it('judges every write that the roles allow', () => {
    const found = documents({ 'delete-pods': true, surge: true });
    const judged = policies()
      .flatMap(({ spec }) => spec?.matchConstraints?.resourceRules ?? [])
      .flatMap(({ resources, operations }) => resources.flatMap((one) => operations.map((operation) => `${operation} ${one}`)));
    const written = found
      .flatMap(({ rules = [] }) => rules)
      .flatMap(({ resources, verbs }) =>
        verbs.flatMap((verb) => resources.map((one) => (OPERATION[verb] === undefined ? '' : `${OPERATION[verb]} ${one}`))),
      );

    expect(written.filter((one) => one !== '' && !judged.includes(one))).toEqual([]);
  });

  it('stands before the first role', () => {
    const kinds = documents().map(({ kind }) => kind);

    expect(kinds.lastIndexOf('ValidatingAdmissionPolicyBinding')).toBeLessThan(kinds.findIndex((kind) => kind.endsWith('Role')));
  });

  it('denies, and denies too when it cannot be evaluated; each is bound', () => {
    const found = documents();

    for (const { metadata, spec } of policies()) {
      expect(spec?.failurePolicy).toBe('Fail');
      const binding = found.find((one) => one.kind.endsWith('PolicyBinding') && one.metadata.name === metadata.name);
      expect(binding?.spec).toMatchObject({ policyName: metadata.name, validationActions: ['Deny'] });
    }
  });

  it.each<[string, OptionValues, string]>([
    ['every ServiceAccount of the namespace', {}, "startsWith('system:serviceaccount:nodemend:')"],
    ['the members of a group', { group: 'ops:agents' }, "'ops:agents' in request.userInfo.groups"],
    ['a user', { user: 'one' }, "request.userInfo.username == 'one'"],
    ['a name that would end the text', { user: "a' || true || '" }, "== 'a\\' || true || \\''"],
  ])('is about %s', (_, options, expression) => {
    for (const { spec } of policies(options)) expect(spec?.matchConditions?.[0]?.expression).toContain(expression);
  });

  it('demands a proof of the node, unless one identity is for all of them', () => {
    const proves = (options: OptionValues) =>
      specOf(options)?.validations?.some(({ message }) => message.includes('does not prove which node it is'));

    expect([{}, { group: 'g' }, { node: 'web-1', token: true }].map(proves)).toEqual([true, true, true]);
    expect([{ token: true }, { user: 'one' }].map(proves)).toEqual([false, false]);
  });

  it('has one for each user of one node, and one for all ServiceAccounts', () => {
    const names = (options: OptionValues) => policies(options).map(({ metadata }) => metadata.name);

    expect(names({ node: 'web-1', user: 'u' })).toEqual(['nodemend-web-1', 'nodemend-evictions-web-1']);
    expect(specOf({ node: 'web-1', user: 'u' }, 'nodemend-web-1')?.variables?.[0]?.expression).toBe("'web-1'");
    expect(specOf({ node: 'web-1' })).toEqual(specOf({ node: 'web-2' }));
  });

  it('can be left out', () => {
    expect(documents({ 'without-policy': true }).filter(({ apiVersion }) => apiVersion.includes('admission'))).toEqual([]);
  });

  it.each<[string, OptionValues]>([
    ['account', {}],
    ['group', { group: 'nodemend:agents', surge: true }],
    ['token', { token: true }],
    ['node', { node: 'web-1', token: true, 'delete-pods': true }],
    ['report-only', { 'report-only': true, 'without-policy': true }],
  ])('stands with its roles in the file %s.yaml as a person has read it', (name, options) => {
    const path = `${GOLDEN}/${name}.yaml`;
    const text = renderRbac(rbacOptions(options));
    if (process.env.NODEMEND_GOLDEN === 'write') writeFileSync(path, text);

    expect(existsSync(path), `${path} is missing: npm run golden`).toBe(true);
    expect(text).toBe(readFileSync(path, 'utf8'));
  });
});
