/** Broken files as nodemend's own configuration, as kubeconfig and as the kubelet's configuration: what it says, and how it ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must, run } from '../test/lab/run.ts';
import { printTable } from '../test/lab/table.ts';

const dist = join(import.meta.dirname, '../dist');
const program = join(dist, 'nodemend');
const folder = mkdtempSync(join(tmpdir(), 'nodemend-bad-input-'));
const at = (name: string): string => join(folder, name);

const megabyte = `${'# a comment that is long enough to fill a line'.padEnd(1023)}\n`.repeat(1024);
const ofKubelet = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
const kubeconfig =
  'apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    server: https://192.0.2.1:6443\n    certificate-aut';

/** Contents as text, or shell that makes `$1`. */
const own: Readonly<Record<string, string | { readonly sh: string }>> = {
  'a tab': 'mode: repair\nchecks:\n\tmounts:\n',
  'an unknown key': 'checks:\n  mounts:\n    intervall: 5m\n',
  'a wrong unit': 'checks:\n  mounts:\n    interval: 5 parsec\n',
  'a wrong type': 'checks: [mounts]\n',
  'a value that does not exist': 'mode: heal\n',
  'a key twice': 'mode: repair\nmode: observe\n',
  'no mapping': '- mode\n',
  'two documents': 'mode: repair\n---\nmode: observe\n',
  'truncated in a quote': 'nodeName: "node',
  'aliases without end':
    'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nchecks: [*c,*c,*c]\n',
  binary: { sh: 'head -c 4096 /dev/urandom >"$1"' },
  '50 MB': megabyte.repeat(50),
  'a directory': { sh: 'mkdir "$1"' },
  'a FIFO': { sh: 'mkfifo "$1"' },
  'a device without end': { sh: 'ln -s /dev/zero "$1"' },
  unreadable: { sh: 'echo mode: repair >"$1"; chmod 000 "$1"' },
  missing: { sh: ':' },
};
const ofCluster: Readonly<Record<string, string | { readonly sh: string }>> = {
  truncated: kubeconfig,
  'of another kind': 'apiVersion: v1\nkind: Pod\n',
  'a tab': 'apiVersion: v1\nkind: Config\nclusters:\n\t- name: c\n',
  empty: '',
  'a directory': { sh: 'mkdir "$1"' },
  'a FIFO': { sh: 'mkfifo "$1"' },
};
/** These are what doctor is there to find, and no reason to refuse its work. */
const ofTheKubelet: Readonly<Record<string, string>> = {
  'of another kind': 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n',
  'a tab': `${ofKubelet}evictionHard:\n\tnodefs.available: 5%\n`,
  'a wrong unit': `${ofKubelet}evictionHard:\n  nodefs.available: 5 parsec\n`,
  truncated: `${ofKubelet}evictionHard: {nodefs.avai`,
  '50 MB': ofKubelet + megabyte.repeat(50),
};

const rows: string[][] = [];

async function record(what: string, input: string, argv: readonly string[], pick: (stdout: string) => string): Promise<void> {
  const started = performance.now();
  const { code, stdout, stderr } = await run(argv, { timeoutMs: 15_000 });
  const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const said = (stderr.split('\n')[0] || pick(stdout)).replaceAll(folder, '').replace('nodemend: ', '');
  const trace = /^\s+at .*:\d+/m.test(stdout + stderr) ? 'STACK TRACE' : '';
  rows.push([what, input, said.slice(0, 160), String(code), took, trace]);
}

async function make(name: string, content: string | { readonly sh: string }): Promise<string> {
  const path = at(name.replaceAll(' ', '-'));
  if (typeof content === 'string') writeFileSync(path, content);
  else await must(['sh', '-c', content.sh, 'sh', path]);
  return path;
}

/** In a mount namespace of its own, where the file is /var/lib/kubelet/config.yaml. */
const asKubelet = (path: string): string[] => [
  ...['unshare', '-m', 'sh', '-c'],
  `mount -t tmpfs t /var/lib && mkdir /var/lib/kubelet && cp '${path}' /var/lib/kubelet/config.yaml && exec ${program} doctor --json --only eviction-config`,
];

function findingOf(stdout: string): string {
  const { checks } = JSON.parse(stdout) as { checks: { status: string; summary: string }[] };
  return checks.map(({ status, summary }) => `${status}: ${summary}`).join('; ');
}

const noBody = ['setpriv', '--reuid=nobody', '--clear-groups'];
try {
  await must(['chmod', '755', folder]);
  // An ordinary user must be able to reach the program.
  await must(['cp', '-a', dist, at('dist')]);
  for (const [input, content] of Object.entries(own)) {
    const path = await make(`own ${input}`, content);
    const user = input === 'unreadable' ? noBody : [];
    await record(
      '--config',
      input,
      [...user, at('dist/nodemend'), 'doctor', '--config', path],
      (out) => out.split('\n')[0] ?? '',
    );
  }
  for (const [input, content] of Object.entries(ofCluster)) {
    const path = await make(`cluster ${input}`, content);
    await record('--kubeconfig', input, [program, 'doctor', '--kubeconfig', path], (out) => out.split('\n')[0] ?? '');
  }
  for (const [input, content] of Object.entries(ofTheKubelet)) {
    await record("the kubelet's", input, asKubelet(await make(`kubelet ${input}`, content)), findingOf);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
printTable(['file', 'input', 'message', 'exit status', 'took', ''], rows, 160);
const wrong = rows.filter(([what, , , code, took = '', trace]) => {
  const refused = what === "the kubelet's" ? code !== '78' && code !== '70' : code === '78';
  return !refused || trace !== '' || Number.parseFloat(took) > 5;
});
process.exitCode = wrong.length === 0 ? 0 : 1;
