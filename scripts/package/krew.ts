import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Release, SUMMARY } from './release.ts';

/** krew's manifest of the plugin, with the sum of the archive as it was just made. */
export function krew({ version, out }: Pick<Release, 'version' | 'out'>, archive: string, baseUrl: string): string {
  const sum = createHash('sha256').update(readFileSync(archive)).digest('hex');
  const file = join(out, 'nodemend.krew.yaml');
  writeFileSync(
    file,
    `apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: nodemend
spec:
  version: v${version}
  shortDescription: ${SUMMARY}
  description: |
    The commands for people: drain a node and see what it waits for and why, what happens if it
    dies now, every node's report in one table. The agent itself is installed on the nodes.
  caveats: |
    Needs Node.js 22.12 or later in the PATH.
  platforms:
    - selector:
        matchExpressions:
          - { key: os, operator: In, values: [linux, darwin] }
      uri: ${baseUrl.replace(/\/$/, '')}/${basename(archive)}
      sha256: ${sum}
      bin: nodemend-cli-${version}/bin/kubectl-nodemend
`,
  );
  return file;
}
