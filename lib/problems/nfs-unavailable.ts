import { defineProblem } from '../model/problem.ts';

export const nfsUnavailable = defineProblem({
  type: 'NfsUnavailable',
  title: 'an NFS server does not answer',
  meaning: 'Whoever touches a hard mount of that server waits in the kernel, pods and the kubelet alike, until it answers.',
  detection:
    'Lines of the kernel log: "nfs: server NAME not responding". It is over by "nfs: server NAME OK", or 30 minutes after the last line.',
  advice: [
    { text: 'See which mounts hang', command: 'nodemend doctor --only mounts' },
    { text: 'Ask the server', command: 'rpcinfo -t SERVER nfs; ping -c 3 SERVER' },
  ],
  settings: ['monitors.defaults', 'monitors.directory'],
  ladder: [],
  reasons: {
    NfsServerNotResponding: { severity: 'warning', description: 'The kernel waits for an NFS server' },
  },
});
