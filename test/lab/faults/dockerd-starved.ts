import type { Fault } from '../fault.ts';
import { waitFor } from '../wait.ts';
import { feed, starve } from './shared/starve.ts';

const fault = 'dockerd-starved';
const unit = 'docker';

/** So many lists wait at any time that the daemon has work for a minute; who got his answer asks again. */
const crowd = `use Socket; use IO::Select;
  my ($s, %seen) = IO::Select->new;
  sub ask {
    socket(my $c, AF_UNIX, SOCK_STREAM, 0) or die; connect($c, pack_sockaddr_un("/run/docker.sock")) or return;
    syswrite($c, "GET /containers/json?all=1 HTTP/1.1\\r\\nHost: d\\r\\nConnection: close\\r\\n\\r\\n"); $s->add($c);
  }
  while (1) {
    ask() while $s->count < 1200;
    for my $c ($s->can_read) { next if sysread($c, my $x, 65536); $s->remove($c); close $c }
  }`;

export const dockerdStarved: Fault = {
  name: fault,
  title: 'dockerd gets 1 % of a CPU under 1200 requests: it makes progress and answers late',
  runtimes: ['docker'],
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'DockerSlow' }],
  never: ['ContainerRuntimeUnhealthy/DockerHung'],
  async break(host) {
    await starve(host, { fault, unit, quota: 1, load: `exec perl -e '${crowd}'` });
    const ping = ['curl', '-s', '-m', '8', '--unix-socket', '/run/docker.sock', 'http://docker/_ping'];
    const timedOut = 28;
    const late = async (): Promise<true | undefined> => ((await host.exec(ping)).code === timedOut ? true : undefined);
    await waitFor('dockerd to be late', late, { timeoutMs: 30_000 });
  },
  mend: (host) => feed(host, { fault, unit }),
};
