import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOwnType, remarksOn, resultOfFindings, servedBy, servedRules } from '../../../agent/plugins/health.ts';
import { type Finding, fault, pass, skip, unknown } from '../../../lib/model/finding.ts';
import { recogniseBuiltin } from '../../../lib/monitors/config/builtin.ts';
import { parseMonitorFile } from '../../../lib/monitors/config/monitor-file.ts';
import { containerRuntimeUnhealthy } from '../../../lib/problems/container-runtime-unhealthy.ts';
import { kubeletUnhealthy } from '../../../lib/problems/kubelet-unhealthy.ts';

function checker(...args: readonly string[]) {
  const builtin = recogniseBuiltin('/home/kubernetes/bin/health-checker', args);
  return typeof builtin === 'object' && builtin.program === 'health-checker' ? builtin : expect.fail(String(builtin));
}

const of = (component: string) => checker(`--component=${component}`);
const runtime = (reason: keyof typeof containerRuntimeUnhealthy.reasons, subject: string, more = {}) =>
  fault(containerRuntimeUnhealthy, reason, `${reason} it is`, { subject, ...more });
const kubelet = (reason: keyof typeof kubeletUnhealthy.reasons) => fault(kubeletUnhealthy, reason, `${reason} it is`);

describe('health-checker, served by our checks', () => {
  it.each<[string, string, readonly Finding[], string, string]>([
    ['kubelet', 'answers', [pass('the kubelet answers')], 'ok', 'the kubelet answers'],
    ['kubelet', 'hangs', [kubelet('KubeletHung')], 'problem', 'KubeletHung it is'],
    ['kubelet', 'was stopped by a person', [kubelet('KubeletStopped')], 'ok', ''],
    ['kubelet', 'could not be asked', [unknown('systemctl gave no answer')], 'unknown', 'systemctl gave no answer'],
    ['kubelet', 'is not there', [skip('no kubelet on this host')], 'unknown', 'no kubelet on this host'],
    ['docker', 'answers', [pass('docker answers', { subject: 'docker.service' })], 'ok', 'docker answers'],
    ['docker', 'hangs', [runtime('DockerHung', 'docker.service')], 'problem', 'DockerHung it is'],
    [
      'docker',
      'is fine where containerd hangs',
      [pass('docker answers', { subject: 'docker.service' }), runtime('ContainerdHung', 'containerd.service')],
      'ok',
      'docker answers',
    ],
    [
      'docker',
      'is not there',
      [pass('containerd answers', { subject: 'containerd.service' })],
      'unknown',
      'no docker on this node',
    ],
    ['docker', 'only may hang', [runtime('DockerSlow', 'docker.service', { state: 'suspected' })], 'ok', ''],
    [
      'docker',
      'has a container that hangs',
      [runtime('ContainerHung', 'web'), pass('docker answers', { subject: 'docker.service' })],
      'ok',
      'docker answers',
    ],
    ['cri', 'hangs', [runtime('ContainerdHung', 'containerd.service')], 'problem', 'ContainerdHung it is'],
    ['cri', 'is CRI-O', [runtime('CrioDown', 'crio.service')], 'problem', 'CrioDown it is'],
    ['cri', 'is inside k3s', [pass('containerd answers', { subject: 'containerd (k3s)' })], 'ok', 'containerd answers'],
    ['cri', 'is cri-dockerd', [runtime('CriDockerdHung', 'cri-docker.service')], 'problem', 'CriDockerdHung it is'],
    [
      'cri',
      'is there, docker is not asked',
      [pass('docker answers', { subject: 'docker.service' })],
      'unknown',
      'no cri on this node',
    ],
    ['cri', 'was not looked at', [skip('no container runtime on this host')], 'unknown', 'no container runtime on this host'],
    ['kube-proxy', 'is nobody’s', [], 'unknown', 'kube-proxy is not looked at by nodemend'],
  ])('%s %s', (component, _, findings, status, message) => {
    expect(resultOfFindings(of(component), findings)).toMatchObject({ status, message });
  });

  it('of the files that node-problem-detector ships is the condition of our own check', () => {
    const directory = join(import.meta.dirname, '../../fixtures/npd/config');
    const files = ['containerd', 'docker', 'kubelet'].map((name) => `health-checker-${name}.json`);
    const served = files.flatMap((name) => {
      const parsed = parseMonitorFile(name, readFileSync(join(directory, name), 'utf8'));
      return parsed.kind === 'valid' && parsed.monitor.kind === 'plugin' ? servedRules([parsed.monitor]) : expect.fail(name);
    });

    expect(served.map((one) => [one.rule.condition, servedBy(one.checker), isOwnType(one)])).toEqual([
      ['ContainerRuntimeUnhealthy', 'container-runtime', true],
      ['ContainerRuntimeUnhealthy', 'container-runtime', true],
      ['KubeletUnhealthy', 'kubelet-health', true],
    ]);
    expect(served.flatMap(remarksOn)).toEqual([
      'health-checker-containerd.json: health-checker --component=cri is served by the check container-runtime; --enable-repair --cooldown-time=120s is remedies.restart-runtime in the configuration',
      'health-checker-docker.json: health-checker --component=docker is served by the check container-runtime; --enable-repair --cooldown-time=120s is remedies.restart-runtime in the configuration',
      'health-checker-kubelet.json: health-checker --component=kubelet is served by the check kubelet-health; --enable-repair --cooldown-time=60s is remedies.restart-kubelet in the configuration',
    ]);
  });
});
