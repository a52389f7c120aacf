import type { RecordedAnswer } from '../../../lib/host/recording.ts';
import { bodyOf, criAnswer, type Layout, ofProcess, withoutLines, withProcesses, withUnit } from './layout.ts';

const socket = '/run/cri-dockerd.sock';
/** Free on the recorded node. */
const pid = 350;

interface DockerContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  readonly ImageID: string;
  readonly Created: number;
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/** core/convert.go: docker's own word for a container, with the labels of dockershim's that are the kubelet's. */
function toCri({ Id, Names, Image, ImageID, Created, State, Labels }: DockerContainer) {
  const attempt = Number(Names[0]?.split('_').at(-1));
  const own = /^(annotation\.|io\.kubernetes\.(docker\.type|sandbox\.id|container\.logpath))/;
  return {
    id: Id,
    podSandboxId: Labels['io.kubernetes.sandbox.id'],
    metadata: { name: Labels['io.kubernetes.container.name'], attempt },
    image: { image: Image },
    imageRef: ImageID,
    state: State === 'running' ? 'CONTAINER_RUNNING' : 'CONTAINER_EXITED',
    createdAt: Created * 1e9,
    labels: Object.fromEntries(Object.entries(Labels).filter(([key]) => !own.test(key))),
  };
}

/** What cri-dockerd says is what docker says: it keeps nothing itself. */
function criAnswers(recorded: readonly RecordedAnswer[]): RecordedAnswer[] {
  const containers = bodyOf(recorded, /\/containers\/json/) as readonly DockerContainer[];
  const { ServerVersion, DockerRootDir } = bodyOf(recorded, /\/info$/) as { ServerVersion: string; DockerRootDir: string };
  const list = containers.filter(({ Labels }) => Labels['io.kubernetes.docker.type'] === 'container').map(toCri);
  const ready = ['RuntimeReady', 'NetworkReady'].map((type) => ({ type, status: true, reason: '', message: '' }));
  const version = { version: '0.1.0', runtimeName: 'docker', runtimeVersion: ServerVersion, runtimeApiVersion: '1.41.0' };
  return [
    criAnswer(socket, 'RuntimeService.Version', 'v1alpha2', version),
    criAnswer(socket, 'RuntimeService.Status', 'v1alpha2', { status: { conditions: ready } }),
    criAnswer(socket, 'RuntimeService.ListContainers', 'v1alpha2', { containers: list }),
    criAnswer(socket, 'ImageService.ImageFsInfo', 'v1alpha2', {
      imageFilesystems: [{ fsId: { mountpoint: DockerRootDir } }],
    }),
  ];
}

const unit = {
  MainPID: String(pid),
  ControlGroup: '/system.slice/cri-docker.service',
  KillMode: 'process',
  Requires: 'sysinit.target system.slice cri-docker.socket',
  ConsistsOf: 'cri-docker.socket',
  LoadState: 'loaded',
  ActiveState: 'active',
  SubState: 'running',
  UnitFileState: 'enabled',
};

const socketUnit = {
  ControlGroup: '/system.slice/cri-docker.socket',
  Requires: 'sysinit.target system.slice',
  PartOf: 'cri-docker.service',
  RequiredBy: 'cri-docker.service',
  LoadState: 'loaded',
  ActiveState: 'active',
  SubState: 'running',
  UnitFileState: 'enabled',
};

/**
 * cri-dockerd 0.2.6, the last that speaks v1alpha2 alone (packaging/systemd, core/docker_service.go, core/image_linux.go):
 * a service of its own between a kubelet that is told `remote` and the docker that the recorded kubelet spoke to itself.
 */
export const criDockerd: Layout = {
  name: 'layout-cri-dockerd',
  title: 'a healthy node with docker behind cri-dockerd',
  from: 'healthy-docker',
  words: [
    [/--network-plugin=cni/g, '--container-runtime=remote\\u0000--container-runtime-endpoint=unix:///var/run/cri-dockerd.sock'],
  ],
  answers: [
    [
      /^processes/,
      (before) =>
        withProcesses(before, (entry) =>
          entry.name === 'dockerd' ? [entry, { ...entry, pid, name: 'cri-dockerd', threads: 9 }] : entry,
        ),
    ],
    [
      /^run \["systemctl","show".*cri-docker\.service/,
      (before) => withUnit(withUnit(before, 'cri-docker.service', unit), 'cri-docker.socket', socketUnit),
    ],
    // The recorded kubelet's own dockershim.
    [/^run \["journalctl"/, withoutLines(/docker/i)],
  ],
  more: (recorded) => [
    ...criAnswers(recorded),
    ...ofProcess(recorded, 'dockerd', pid, (text) =>
      text.replaceAll('dockerd', 'cri-dockerd').replaceAll('docker.service', 'cri-docker.service'),
    ),
    { ask: `fileStatus ${socket}`, answer: recorded.find(({ ask }) => ask === 'fileStatus /run/docker.sock')?.answer },
  ],
};
