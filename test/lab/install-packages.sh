#!/bin/sh
# Installs what the lab needs on a Debian 12 machine. Quiet, and without touching apt when all is there.
# install-packages.sh [run|build|all]   run: to run a lab; build: to compile Kubernetes; default: all
set -eu

run='systemd-container debootstrap etcd-server iproute2 iptables procps util-linux
  e2fsprogs openssl ca-certificates busybox-static gcc libc6-dev rsync attr xfsprogs'
build='golang-1.19-go golang-github-modern-go-reflect2-dev dpkg-dev make rsync jq gcc libc6-dev xz-utils'

case "${1:-all}" in
  run) wanted=$run ;;
  build) wanted=$build ;;
  all) wanted="$run $build" ;;
  *) echo "install-packages: expected run, build or all, not '$1'" >&2; exit 64 ;;
esac

# A kubectl of any other origin will do, and its package would clash with kubernetes-client over the file.
command -v kubectl >/dev/null || [ "${1:-all}" = build ] || wanted="$wanted kubernetes-client"

missing=
for package in $wanted; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

[ "$(id -u)" = 0 ] || { echo "install-packages: must run as root; missing:$missing" >&2; exit 77; }
echo "install-packages: installing$missing" >&2

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# etcd-server would start a member of its own and listen on 2379: no service may start here.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$log" "$policy"' EXIT
fi

# Lists may be older than the mirror, and another program may hold the lock for a while.
# shellcheck disable=SC2086 # the list is meant to be split
install() {
  timeout 300 apt-get -qq update &&
    timeout 900 apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends $missing
}
if ! install >"$log" 2>&1; then
  tail -n 5 "$log" >&2
  echo "install-packages: apt-get failed; see above" >&2
  exit 1
fi
