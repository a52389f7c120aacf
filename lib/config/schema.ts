import type * as z from 'zod/mini';
import { type Catalogue, checksSection, laddersSection, remediesSection } from './catalogue-sections.ts';
import { guardsSection } from './guards-section.ts';
import { absolutePath, duration, flag, key, oneOf, section, text, writablePath } from './values.ts';

const cluster = () =>
  section({
    enabled: key(flag(), true, 'false: nothing is read from or written to the API server'),
    kubeconfig: key(
      text('auto or an absolute path', /^(auto|\/.*)$/),
      'auto',
      'auto: /etc/nodemend/kubeconfig if it exists, else the identity of the kubelet',
    ),
  });

const metrics = () =>
  section({
    listen: key(
      text('HOST:PORT, or "" for none', /^(|(\[[\da-fA-F:]+\]|[^\s:]+):\d{1,5})$/),
      '127.0.0.1:20280',
      'address of the metrics; "" = off',
    ),
    textfile: key(
      text('an absolute path that ends in .prom, or "" for none', /^(|\/.*\.prom)$/),
      '',
      "the same text as a file in the directory of node_exporter's textfile collector, every 30 s",
    ),
  });

const monitors = () =>
  section({
    directory: key(
      absolutePath(),
      '/etc/nodemend/monitors',
      "log monitors and plugins in node-problem-detector's formats; read at the start",
    ),
    defaults: key(flag(), true, 'our own rules for the kernel log run too'),
  });

const report = () =>
  section({
    conditionAfter: key(duration(), '2m', 'a problem that a local remedy may still cure becomes a condition after this'),
    motd: key(
      flag(),
      true,
      'a line in /run/motd.d/50-nodemend, shown at login, while the node is unwell, remedies are paused or a problem was given up',
    ),
  });

export function configSchema(catalogue: Catalogue) {
  return section({
    apiVersion: key(oneOf('nodemend.io/v1'), 'nodemend.io/v1', 'version of this format'),
    kind: key(oneOf('AgentConfig'), 'AgentConfig', 'kind of this document'),
    mode: key(oneOf('remedy', 'observe'), 'remedy', 'observe: everything but remedies'),
    nodeName: key(
      text('auto or a node name', /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/),
      'auto',
      "auto: the name in the credential, else the kubelet's --hostname-override, else the host name",
    ),
    stateDirectory: key(writablePath(), '/var/lib/nodemend', 'ledger and evidence; survives a reboot'),
    runtimeDirectory: key(writablePath(), '/run/nodemend', 'status of the running agent; gone after a reboot'),
    cluster: key(cluster(), {}, 'the API server'),
    metrics: key(metrics(), {}, 'metrics as Prometheus text'),
    monitors: key(monitors(), {}, 'log monitors'),
    report: key(report(), {}, 'what is written to the Node, and for whoever logs in'),
    checks: key(checksSection(catalogue), {}, 'by check id'),
    remedies: key(remediesSection(catalogue), {}, 'by remedy'),
    ladders: key(
      laddersSection(catalogue),
      {},
      'remedies in the order they are tried, by Type or Type/Reason; replaces the built-in ladder',
    ),
    guards: key(guardsSection(), {}, 'reasons not to act now'),
  });
}

export type ConfigSchema = ReturnType<typeof configSchema>;
export type AgentConfig = z.output<ConfigSchema>;
