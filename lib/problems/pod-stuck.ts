import { defineProblem } from '../model/problem.ts';

const DESCRIBE = { text: 'See the pod and its events', command: 'kubectl -n NAMESPACE describe pod POD' };

export const podStuck = defineProblem({
  type: 'PodStuck',
  title: 'pods neither start nor end',
  meaning:
    'A pod that is not created for minutes serves nobody; one that does not end holds its name, volumes and devices, and a StatefulSet waits for it. The cause may be the pod’s own definition, or this node.',
  detection:
    'The pods of this node: Terminating beyond deletionGracePeriodSeconds and a margin of 1 m, or bound to the node and without a container for 3 m; three times that where nothing is said to have failed and the node is starved of CPU. The cause is taken from the pod’s status, its events where the identity may read them, and the kubelet’s log. A container that starts and ends again is another matter, and so is a large image that is still being pulled.',
  advice: [
    DESCRIBE,
    { text: 'See what the kubelet says about it', command: 'journalctl -u kubelet --since -15min | grep -F POD' },
  ],
  settings: [
    'checks.pods-stuck.terminatingMargin',
    'checks.pods-stuck.pendingAfter',
    'checks.pods-stuck.activeAfter',
    'checks.pods-stuck.starvedShare',
  ],
  ladder: [],
  reasons: {
    ImageNotPulled: {
      severity: 'notice',
      description: 'The image cannot be pulled; a warning when pods of several owners cannot',
      advice: [
        DESCRIBE,
        { text: 'Pull it by hand to see the registry’s answer', command: 'crictl pull IMAGE || docker pull IMAGE' },
      ],
    },
    ObjectMissing: {
      severity: 'notice',
      description: 'A ConfigMap, Secret or key that the pod refers to does not exist',
      advice: [DESCRIBE, { text: 'See what there is', command: 'kubectl -n NAMESPACE get configmap,secret' }],
    },
    FinalizerPending: {
      severity: 'notice',
      description: 'The containers have ended, and a finalizer keeps the pod: its controller has not done its part',
      advice: [
        {
          text: 'See which finalizer, and look after its controller',
          command: "kubectl -n NAMESPACE get pod POD -o jsonpath='{.metadata.finalizers}'",
        },
      ],
    },
    VolumeNotReady: {
      severity: 'warning',
      description: 'A volume cannot be attached, mounted or unmounted',
      advice: [
        DESCRIBE,
        { text: 'See whether mounts of this node hang', command: 'nodemend doctor --only mounts,uninterruptible-tasks' },
        { text: 'See whether the volume is attached elsewhere', command: 'kubectl get volumeattachment' },
      ],
    },
    SandboxNotCreated: {
      severity: 'warning',
      description: 'The pod’s sandbox or its network cannot be made',
      advice: [
        DESCRIBE,
        { text: 'Look at the network of this node', command: 'nodemend doctor --only node-network,container-runtime' },
        {
          text: 'See whether the network’s own pods run here',
          command: 'kubectl -n kube-system get pods -o wide --field-selector spec.nodeName=NODE',
        },
      ],
    },
    ContainerNotCreated: { severity: 'warning', description: 'The runtime does not create the container' },
    NotCreated: { severity: 'warning', description: 'No container for minutes, and nothing says why' },
    TerminatingBeyondGrace: {
      severity: 'warning',
      description: 'The pod should have ended, and its containers still run, or the kubelet has not finished with it',
      advice: [
        DESCRIBE,
        { text: 'See which container does not end', command: 'nodemend doctor --only container-runtime' },
        {
          text: 'Delete it by force only when you know that its processes have ended: a second writer destroys data',
          command: 'kubectl -n NAMESPACE delete pod POD --grace-period=0 --force',
        },
      ],
    },
  },
});
