const CONFIG_FILE = '--config-file';

/** Where dockerd reads its configuration from; empty: it is told to read none. */
export function configFileOf(argv: readonly string[]): string {
  const at = argv.findLastIndex((word) => word === CONFIG_FILE || word.startsWith(`${CONFIG_FILE}=`));
  const word = argv[at];
  if (word === undefined) return '/etc/docker/daemon.json';
  return word === CONFIG_FILE ? (argv[at + 1] ?? '') : word.slice(CONFIG_FILE.length + 1);
}
