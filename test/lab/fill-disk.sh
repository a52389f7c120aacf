#!/bin/sh
# Puts on the runtime's disk a little of everything that reclaim-disk may remove, and what it must not; run in a lab host.
# fill-disk.sh DIRECTORY RUNTIME LOGS: /var/lib/docker docker /var/log/pods/NAMESPACE_POD_UID
# Of a pod that the kubelet knows: the logs of others it removes itself, once a minute.
set -eu
disk=$1
runtime=$2
logs=$3
old='10 days ago'

# The logs, the journal and the dumps of this host move to that disk.
mkdir -p "$disk/lab-log" "$disk/lab-dumps" /var/lib/systemd/coredump /var/lib/lab
cp -a /var/log/. "$disk/lab-log/"
mount --bind "$disk/lab-log" /var/log
mount --bind "$disk/lab-dumps" /var/lib/systemd/coredump

some() { head -c "$2" /dev/urandom >"$1"; }

some /var/lib/systemd/coredump/core.web.0.11.812.zst 3M
some /var/lib/systemd/coredump/core.new.0.11.813.zst 1M
some /var/log/app.log.1 2M
some /var/log/app.log.2.gz 2M
some /var/log/held.log.1 1M
some /var/log/backup.tar.gz 1M
mkdir -p "$logs/app"
some "$logs/app/0.log.20260101-000000.gz" 1M
touch -d "$old" /var/lib/systemd/coredump/core.web* /var/log/*.log.* /var/log/backup.tar.gz "$logs"/app/*
nohup sleep 100000 </var/log/held.log.1 >/dev/null 2>&1 &
echo $! >/run/lab-held.pid

journal=/var/log/journal/$(cat /etc/machine-id)
mkdir -p "$journal"
for at in 1 2 3 4; do
  some "$journal/system@0123456789abcdef0123456789abcdef-000000000000000$at-00060000000000$at$at.journal" 2M
done

# Images of one layer of their own each, in the one format that docker and ctr both take.
work=$(mktemp -d)
manifest=
for name in unused1 unused2 unused3 unused4 wanted; do
  mkdir -p "$work/$name"
  some "$work/$name/data" 4M
  tar -C "$work/$name" -cf "$work/$name.tar" .
  layer=$(sha256sum "$work/$name.tar" | cut -d' ' -f1)
  config="{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/x\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$layer\"]}}"
  printf '%s' "$config" >"$work/$name.json"
  manifest="$manifest${manifest:+,}{\"Config\":\"$name.json\",\"RepoTags\":[\"docker.io/library/$name:lab\"],\"Layers\":[\"$name.tar\"]}"
  rm -r "${work:?}/$name"
done
printf '[%s]' "$manifest" >"$work/manifest.json"
tar -C "$work" -cf /var/lib/lab/unused.tar .
rm -r "$work"

if [ "$runtime" = docker ]; then
  docker rm --force forgotten own >/dev/null 2>&1 || true
  docker load --quiet --input /var/lib/lab/unused.tar
  # As the kubelet labels them: one of a pod that nobody knows, one of nobody's.
  docker run --name forgotten --label io.kubernetes.docker.type=container \
    --label io.kubernetes.pod.uid=11111111-2222-3333-4444-555555555555 --net none busybox:lab dd if=/dev/urandom of=/x bs=1024 count=3072
  docker run --name own --net none busybox:lab dd if=/dev/urandom of=/x bs=1024 count=1024
else
  ctr -n k8s.io images import /var/lib/lab/unused.tar
fi
