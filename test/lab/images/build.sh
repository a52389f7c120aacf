#!/bin/bash
# Packs the lab's container images, without any registry, into one archive that both `docker load` and
# `ctr images import` take. Prints where it is.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${NODEMEND_LAB_CACHE:-/var/cache/nodemend-lab}
key=$(cat "$here"/build.sh "$here"/pause.c | sha256sum | cut -c1-12)
target=$cache/images-$key.tar
if [ -f "$target" ]; then
  echo "$target"
  exit 0
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/images.XXXXXX")
trap 'rm -rf "$work"' EXIT
manifest=

# pack NAME TAG COMMAND: the directory root-NAME becomes an image of one layer.
pack() {
  local layer config
  tar -C "$work/root-$1" --owner=0 --group=0 --mtime=@0 --sort=name -cf "$work/archive/$1.tar" .
  layer=$(sha256sum "$work/archive/$1.tar" | cut -d' ' -f1)
  config="{\"architecture\":\"$(dpkg --print-architecture)\",\"os\":\"linux\",\"created\":\"1970-01-01T00:00:00Z\",\"config\":{\"Cmd\":$3,"
  config+="\"Env\":[\"PATH=/bin\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$layer\"]},\"history\":[{\"created_by\":\"lab\"}]}"
  printf '%s' "$config" >"$work/archive/$1.json"
  manifest+="${manifest:+,}{\"Config\":\"$1.json\",\"RepoTags\":[\"$2\"],\"Layers\":[\"$1.tar\"]}"
}

mkdir -p "$work/archive" "$work/root-pause" "$work/root-busybox"/{bin,tmp,etc}
cc -O2 -static -s -o "$work/root-pause/pause" "$here/pause.c"
pack pause k8s.gcr.io/pause:3.2 '["/pause"]'

cp "$(command -v busybox)" "$work/root-busybox/bin/busybox"
"$work/root-busybox/bin/busybox" --list | while read -r applet; do
  [ "$applet" = busybox ] || ln -s busybox "$work/root-busybox/bin/$applet"
done
# Ends at once when told to: PID 1 gets no signal that it does not handle.
pack busybox docker.io/library/busybox:lab '["/bin/sh","-c","trap exit TERM; while :; do sleep 3600 & wait; done"]'

printf '[%s]' "$manifest" >"$work/archive/manifest.json"
tar -C "$work/archive" -cf "$work/images.tar" .
mv "$work/images.tar" "$target"
echo "$target"
