import { describe, expect, it } from 'vitest';
import { redactor } from '../../lib/host/redact.ts';

/** Every one of these begins with it, or has it in the middle: a single match in what leaves the node is a leak. */
const PLANTED = /pl4nted|cGw0bnRlZA|hunter/i;

const redact = redactor(['db-7']);

/** Where secrets really stood, as text: lines of logs, files, command lines. */
const TEXTS: readonly (readonly [string, string])[] = [
  ['a bearer token in a log', 'E1121 round_trippers.go: Authorization: Bearer pl4ntedpl4ntedpl4nted'],
  ['basic authentication in a log', 'curl -H "authorization: basic cGw0bnRlZDpwbDRudGVk"'],
  ['a token header of GitHub', 'Authorization: token pl4nted0000000000000000'],
  ['a cookie', 'Cookie: session=pl4nted; csrf=pl4nted'],
  ['a cookie that is set', 'Set-Cookie: id=pl4nted; HttpOnly'],
  ['an assignment', 'MYSQL_ROOT_PASSWORD=pl4nted'],
  ['one with blanks in quotes', 'MYSQL_ROOT_PASSWORD="very pl4nted secret pl4nted" next'],
  ['one in single quotes', "export PGPASSWORD='very pl4nted'"],
  ['AWS by its name', 'aws_secret_access_key = pl4nted/pl4nted+pl4nted'],
  ['AWS in the environment of a unit', 'Environment=AWS_SECRET_ACCESS_KEY=pl4nted AWS_REGION=eu-1'],
  ['an api key with an underscore', 'DATADOG_API_KEY=pl4nted'],
  ['a passphrase', 'passphrase: pl4nted is pl4nted'],
  ['JSON in a log', '{"level":"info","msg":"login","password":"very pl4nted","user":"a"} trailing'],
  ['JSON within JSON', '{"body":"{\\"clientSecret\\":\\"very pl4nted\\",\\"a\\":1}"} trailing'],
  ['a flag', 'kubelet --bootstrap-token=pl4nted --v=2'],
  ['a flag and its value', 'etcdctl --password pl4nted --user root'],
  ['flags as a list in JSON', '["etcd","--password","pl4nted","--v=2"]'],
  ['/proc/PID/cmdline', 'mysqld\0--password=pl4nted\0--token\0pl4nted\0--v=2'],
  ['a password in a URL', 'HTTPS_PROXY=http://root:pl4nted@proxy:3128'],
  ['one with an @ in it', 'pull from https://u:pl4n@pl4nted@registry.example/v2'],
  ['a URL without a user', 'redis://:pl4nted@cache:6379/0'],
  ['a signed URL', 'GET https://s.example/c?sv=2&sig=pl4nted%3D&X-Amz-Signature=pl4nted&X-Amz-Security-Token=pl4nted'],
  ['a token in a URL', 'GET /callback?access_token=pl4nted&state=1'],
  ['a bootstrap token', 'kubeadm join 10.0.0.1:6443 --token pl4nte.d123456789abcdef'],
  ['a bootstrap token alone', 'created pl4nte.d123456789abcdef for the node'],
  ['a JSON web token', 'said eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwbDRudGVkIn0.cGw0bnRlZA in a log'],
  ['a token of GitHub', 'cloning with ghp_pl4ntedpl4ntedpl4ntedpl4nted'],
  ['a token of GitLab', 'glpat-pl4ntedpl4ntedpl4nted'],
  ['a token of Slack', 'xoxb-pl4nted-pl4nted'],
  ['a private key', '-----BEGIN EC PRIVATE KEY-----\npl4nted\npl4nted\n-----END EC PRIVATE KEY-----\nafter'],
  ['a private key that was cut', 'x\n-----BEGIN OPENSSH PRIVATE KEY-----\npl4nted\npl4nted'],
  ['a private key in JSON', '{"key":"-----BEGIN PRIVATE KEY-----\\npl4nted\\n-----END PRIVATE KEY-----\\n"} trailing'],
  ['a private key of PGP', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\npl4nted\n-----END PGP PRIVATE KEY BLOCK-----'],
  ['a key in a kubeconfig', 'users:\n- user:\n    client-key-data: cGw0bnRlZA==\n'],
  ['a block of YAML', 'user:\n  token: |\n    pl4nted\n    pl4nted\n  other: 1\n'],
  ['YAML with blanks', 'stringData:\n  password: pl4nted is pl4nted\n  user: a\n'],
  [
    'exec of a kubeconfig',
    'user:\n  exec:\n    command: login\n    args:\n    - --client-secret=pl4nted\n    env:\n    - name: AWS_PROFILE\n      value: pl4nted\n    - value: pl4nted\n      name: OTHER\n',
  ],
  [
    'containerd’s registries',
    '[plugins."cri".registry.configs."r".auth]\n  username = "u"\n  password = "very pl4nted"\n  auth = "cGw0bnRlZDpwbDRudGVk"\n  identitytoken = "pl4nted"\n',
  ],
  ['docker’s config.json', '{"auths":{"r.example":{"auth":"cGw0bnRlZDpwbDRudGVk"}}}'],
  ['docker’s config.json with other text behind', '{"auths":{"r.example":{"auth":"cGw0bnRlZDpwbDRudGVk"}}} trailing'],
];

/** What the API server, docker and CRI answer. */
const ANSWERS: readonly (readonly [string, unknown])[] = [
  [
    'a pod',
    {
      spec: {
        containers: [{ name: 'a', env: [{ name: 'X', value: 'pl4nted' }], args: ['--x', 'pl4nted'], command: ['pl4nted'] }],
      },
    },
  ],
  ['a Secret', { kind: 'Secret', data: { a: 'cGw0bnRlZA==' }, stringData: { a: 'pl4nted' } }],
  [
    'what kubectl applied',
    { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"x":"pl4nted"}' } } },
  ],
  [
    'docker inspect',
    {
      body: JSON.stringify({
        Id: 'a',
        Args: ['pl4nted'],
        Config: { Env: ['X=pl4nted'], Cmd: ['pl4nted'], Entrypoint: ['pl4nted'] },
      }),
    },
  ],
  [
    'CRI, with JSON in a map',
    { info: { info: JSON.stringify({ runtimeSpec: { process: { env: ['X=pl4nted'], args: ['pl4nted'] } } }) } },
  ],
  [
    'an ExecCredential',
    { stdout: JSON.stringify({ kind: 'ExecCredential', status: { token: 'pl4nted', clientKeyData: 'pl4nted' } }) },
  ],
  [
    'names of secrets',
    {
      password: 'pl4nted',
      api_key: 'pl4nted',
      authorization: 'pl4nted',
      tokens: 'kept',
      accessKey: ['pl4nted'],
      privateKey: 'pl4nted',
    },
  ],
  ['a header', { headers: { 'set-cookie': 'pl4nted', Authorization: 'pl4nted' } }],
];

describe('what leaves a node', () => {
  it.each(TEXTS)('as text has no secret: %s', (_name, text) => {
    expect(redact.text(text)).not.toMatch(PLANTED);
  });

  it.each(TEXTS)('in a recording has no secret: %s', (_name, text) => {
    const files = redact.recorded({ ask: 'readFile /x', answer: { kind: 'text', text, truncated: false } });
    const asked = redact.recorded({
      ask: `run ${JSON.stringify(['sh', '-c', text])}`,
      answer: { kind: 'exited', code: 0, stdout: text },
    });

    expect(JSON.stringify([files, asked])).not.toMatch(PLANTED);
  });

  it.each(ANSWERS)('has no secret: %s', (_name, answer) => {
    expect(JSON.stringify(redact.value(answer))).not.toMatch(PLANTED);
    expect(JSON.stringify(redact.recorded({ ask: 'apiGet /x', answer }))).not.toMatch(PLANTED);
  });
});

describe('what a replay needs', () => {
  it.each([
    '--tls-private-key-file=/etc/kubelet.key --client-ca-file=/ca.crt --v=2',
    'kube-apiserver\0--etcd-keyfile=/etc/etcd.key\0--service-account-signing-key-file=/sa.key\0--v=2',
    'tlsPrivateKeyFile: /var/lib/kubelet/pki/kubelet.key\nauthentication:\n  webhook:\n    enabled: true\n',
    'current-context: a\nusers:\n- name: a\n  user:\n    client-certificate: /a.crt\n    client-key: /a.key\n',
    'node-1 is Ready; tokens: 5 left of 7',
    'volumes:\n- name: data\n  hostPath:\n    path: /data\n',
    '{"a":1,"tokenRequests":[],"automountServiceAccountToken":true}',
  ])('stays: %s', (text) => {
    expect(redact.text(text)).toBe(text);
  });

  it('is JSON where it was JSON', () => {
    const clean = redact.text('{"password":"a b","nested":"{\\"token\\":\\"c d\\"}","x":1}');

    expect(JSON.parse(clean)).toEqual({ password: 'REDACTED', nested: '{"token":"REDACTED"}', x: 1 });
  });
});

describe('hostile text', () => {
  it.each([
    ['one endless word', 'a'.repeat(400_000)],
    ['almost a secret, again and again', 'token'.repeat(80_000)],
    ['quotes that never close', 'password="'.repeat(40_000)],
    ['URLs without an end', '://'.repeat(130_000)],
    ['colons', ':'.repeat(400_000)],
    ['names without a value', 'name: a\n'.repeat(50_000)],
    ['blocks', 'token: |\n '.repeat(40_000)],
  ])(
    'is cleaned in the time that its length needs: %s',
    (_name, text) => {
      expect(redact.text(text).length).toBeGreaterThan(0);
    },
    10_000,
  );
});
