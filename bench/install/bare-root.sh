#!/bin/bash
# Makes the root of a host of the Debian release $1 that has systemd and nothing else: no Node.js, no npm, no curl. Prints where it is.
set -euo pipefail

release=$1
cache=${NODEMEND_LAB_CACHE:-/var/cache/nodemend-lab}
target=$cache/bare-$release-$(sha256sum <"$0" | cut -c1-12)
if [ -d "$target" ]; then
  echo "$target"
  exit 0
fi

# shellcheck disable=SC2016 # $(…) are apt's own placeholders
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1)
mkdir -p "$cache"
work=$(mktemp -d "$cache/bare.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
if ! timeout 900 debootstrap --variant=minbase --include=systemd,systemd-sysv "$release" "$work" "$mirror" >"$work.log" 2>&1; then
  tail -n 5 "$work.log" >&2
  exit 1
fi
rm -f "$work.log" "$work"/var/cache/apt/archives/*.deb
chmod 755 "$work"
mv -T "$work" "$target"
echo "$target"
