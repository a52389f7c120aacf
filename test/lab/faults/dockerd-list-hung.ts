import type { Fault } from '../fault.ts';
import { endHelpers, startHelper } from './shared/helper.ts';

const name = 'dockerd-list-hung';
const images = '/var/lib/docker/image/overlay2/imagedb';
const sandbox = 'k8s.gcr.io/pause:3.2';

/** Reads an image's configuration from a FIFO for ever, with the image store's lock held; then somebody wants to write. */
const hold = `cd ${images}/content/sha256 || exit 1
  id=$(docker image inspect -f '{{.Id}}' ${sandbox}) && file=\${id#sha256:} && mv $file ../lab-$file && mkfifo $file || exit 1
  docker image inspect ${sandbox} >/dev/null &
  sleep 1
  rm $file; mv ../lab-$file $file
  tar c -C / etc/hostname | docker import - lab-never`;

/** The file as it was, if the script was cut in between. */
const restore = `for kept in ${images}/content/lab-*; do
    [ -e "$kept" ] || continue
    mv -f "$kept" "${images}/content/sha256/\${kept##*/lab-}"
  done`;

export const dockerdListHung: Fault = {
  name,
  title: 'dockerd is deadlocked in its image store: it answers a ping, version and inspect, and never its list of containers',
  runtimes: ['docker'],
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'DockerHung' }],
  break: (host) => startHelper(host, name, hold),
  async mend(host) {
    await endHelpers(host, name);
    await host.sh(restore);
    // Nobody but the end of the process lets go of that lock.
    const answers = 'timeout 3 docker ps >/dev/null || systemctl kill -s KILL --kill-who=main docker';
    await host.sh(`${answers}; docker image rm lab-never >/dev/null 2>&1; true`);
  },
};
