import { defineProblem } from '../model/problem.ts';

export const pluginUnhealthy = defineProblem({
  type: 'PluginUnhealthy',
  title: 'a custom plugin cannot be run',
  meaning:
    'What the plugin looks for is not looked for: its condition is Unknown, and no problem of it is ever over. Nothing is wrong with the node on this account alone.',
  detection:
    'A program of a custom plugin monitor (monitors.directory) is missing, is not executable, may be written by others than root (itself, a directory above it, or what a link on the way leads to), could not be started, or a process of a former run outlives SIGKILL.',
  advice: [
    { text: 'Look at each part of its path, links too', command: 'namei -l PLUGIN' },
    { text: 'Give it to root alone', command: 'chown root:root PLUGIN; chmod 0755 PLUGIN' },
    { text: 'See what is left of it', command: 'systemd-cgls /nodemend.slice' },
    { text: 'Read what the agent says', command: 'journalctl -u nodemend -g plugin -n 50 --no-pager' },
  ],
  settings: ['monitors.directory'],
  ladder: [],
  reasons: {
    PluginNotRun: {
      severity: 'notice',
      description: 'A plugin is missing, refused, or its former run is still there',
    },
  },
});
