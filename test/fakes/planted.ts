/** Every one of these begins with it, or has it in the middle: a single match in what leaves the node is a leak. */
export const PLANTED = /pl4nted|cGw0bnRlZA|hunter/i;

/** Where secrets really stood, as text: lines of logs, files, command lines. */
export const TEXTS: readonly (readonly [string, string])[] = [
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
export const ANSWERS: readonly (readonly [string, unknown])[] = [
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
