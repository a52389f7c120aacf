#!/usr/bin/env node
// The people's commands with the Node.js of the PATH: bin/nodemend of nodemend-cli-VERSION.tar.gz. Syntax that an old Node.js reads,
// so that it can say that it is too old.
const { join } = require('node:path');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(`nodemend: needs Node.js 22.12 or later, this is ${process.version}`);
  process.exit(69);
}
if (process.argv[2] === 'agent') {
  console.error('nodemend: the agent is not part of the commands for people; install a release on the node (docs/install.md)');
  process.exit(64);
}
// Of Node.js about itself, to a developer: nothing that who drains a node could do anything about.
process.removeAllListeners('warning');
process.argv[1] = join(__dirname, '../lib/cli.cjs');
require('../lib/cli.cjs');
