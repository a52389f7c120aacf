import { existsSync } from 'node:fs';
import type { LabHost } from '../../test/lab/host.ts';
import { must } from '../../test/lab/run.ts';
import { inHost } from './place.ts';

/** 14 of one layer, 8 of which each hides files and whole directories of the one below: whiteouts and opaque directories. */
const IMAGES = `
for i in $(seq 14); do
  d=$(mktemp -d); echo "$i" >$d/number; mkdir $d/etc; head -c 20000 /dev/urandom >$d/etc/noise; ln $d/number $d/again
  tar -C $d -c . | docker import - imported:$i >/dev/null; rm -rf $d
done
for i in $(seq 4); do
  docker run --name a$i busybox:lab sh -c "mkdir -p /d/e; echo old >/d/e/old; echo $i >/f; ln /f /g; dd if=/dev/zero of=/hole bs=1 count=1 seek=5M; chown 1234:5678 /f; chmod 4755 /g"
  docker commit a$i made:$i >/dev/null
  docker run --name b$i made:$i sh -c 'rm -rf /d; mkdir /d; echo new >/d/new; rm /hole; mv /g /h; ln -s /h /link; mkfifo /pipe'
  docker commit b$i changed:$i >/dev/null
done 2>/dev/null
`;

/** Four that run, and end at once when they are told to; with a's and b's twelve. */
const CONTAINERS = `
docker volume create shared >/dev/null
for i in $(seq 4); do
  docker run -d --name runs$i -v shared:/shared changed:$i sh -c 'trap "exit 0" TERM; rm -rf /d; mkdir /d; echo x >/changed; while :; do sleep 0.2; done'
done >/dev/null
`;

const VOLUME = '/var/lib/docker/volumes/shared/_data';

/** Everything a file can be, in a volume; and bulk, so that a copy takes its time. */
const FILES = `
cd ${VOLUME}
head -c 40M /dev/urandom >bulk; head -c 40M /dev/urandom >bulk2
echo one >linked; ln linked 'other name'; mkdir -p deep/er; ln linked deep/er/third
truncate -s 120M sparse; printf end | dd of=sparse bs=1 seek=90M conv=notrunc status=none
mkfifo pipe; mknod char c 0 0; mknod block b 7 200; ln -s ../nowhere dangling; ln -s deep/er directory-link
printf x >"$(printf 'new\\nline')"; printf x >'-rf'; : >empty; chmod 6711 empty; chown 1234:4321 linked
touch -d '2001-02-03 04:05:06.789' linked deep; touch -h -d '1999-01-01' dangling; mkdir locked; chmod 000 locked; chattr +d empty 2>/dev/null || true
`;

export async function fillDocker(host: LabHost): Promise<void> {
  if (!existsSync(inHost(host, `${VOLUME}/locked`))) {
    await host.sh(IMAGES, { timeoutMs: 180_000 });
    await host.sh(CONTAINERS, { timeoutMs: 60_000 });
    await host.sh(FILES, { timeoutMs: 60_000 });
    const at = inHost(host, VOLUME);
    await must(['setfattr', '-n', 'user.comment', '-v', 'kept', `${at}/linked`]);
    await must(['setfattr', '-n', 'trusted.nodemend', '-v', 'kept', `${at}/deep`]);
    // cap_net_raw+ep, revision 2.
    await must(['setfattr', '-n', 'security.capability', '-v', '0x0100000200200000000000000000000000000000', `${at}/bulk`]);
    // user::rwx user:1234:r-x group::r-x mask::r-x other::r-x, as the kernel has it.
    const acl = '0x0200000001000700ffffffff02000500d204000004000500ffffffff10000500ffffffff20000500ffffffff';
    await must(['setfattr', '-n', 'system.posix_acl_access', '-v', acl, `${at}/deep/er`]);
  }
}
