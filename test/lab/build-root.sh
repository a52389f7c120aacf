#!/bin/bash
# Makes the root directory that every lab host is an overlay of, and prints where it is. The cache is keyed by
# this file's content: who changes the recipe gets a new root.
set -euo pipefail

cache=${NODEMEND_LAB_CACHE:-/var/cache/nodemend-lab}
packages=(
  systemd systemd-sysv dbus libpam-systemd iproute2 iptables procps kmod ca-certificates
  docker.io containerd runc containernetworking-plugins
  # What kubeadm's preflight wants to find on a node.
  conntrack ethtool socat
  # For faults and for a person who looks around.
  fuse3 gdb-minimal strace libfaketime curl less
)

say() { printf 'build-root: %s\n' "$*" >&2; }

[ "$(id -u)" = 0 ] || { say "must run as root; type: sudo $0"; exit 77; }
# shellcheck disable=SC1091 # the machine's own release file
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
key=$({ echo "$codename"; cat "$0"; } | sha256sum | cut -c1-12)
target=$cache/root-$key

mkdir -p "$cache"
exec 9>"$cache/root.lock"
flock -w 900 9 || { say "another builder holds $cache/root.lock for 15 minutes"; exit 1; }
if [ -d "$target" ]; then
  echo "$target"
  exit 0
fi

# shellcheck disable=SC2016 # $(…) are apt's own placeholders
mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' | sed -n "s/^$codename //p" | head -n 1)
[ -n "$mirror" ] || { say "apt knows no repository of $codename; run apt-get update first"; exit 1; }

work=$(mktemp -d "$cache/root.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT TERM

say "installing ${#packages[@]} packages into a new root (about a minute)"
started=$SECONDS
if ! timeout 900 debootstrap --variant=minbase --include="$(IFS=,; echo "${packages[*]}")" \
  "$codename" "$work" "$mirror" >"$work.log" 2>&1; then
  tail -n 5 "$work.log" >&2
  say "debootstrap failed; the whole story is in $work.log"
  exit 1
fi
rm -f "$work.log" "$work"/var/cache/apt/archives/*.deb

# Kubelet's dockershim and containerd's CRI look for CNI plugins here, Debian puts them elsewhere.
mkdir -p "$work/opt/cni"
ln -s /usr/lib/cni "$work/opt/cni/bin"
chmod 755 "$work"

mv -T "$work" "$target"
say "made $target in $((SECONDS - started)) s"
echo "$target"
