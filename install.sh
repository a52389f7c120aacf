#!/bin/sh
# Installs, upgrades and removes nodemend on this host: from a checkout (after `npm run build`) or from an unpacked release.
# Touches its own files and units alone, never the kubelet or a runtime.
set -eu
umask 022
export LC_ALL=C

usage='usage: install.sh [install|upgrade|uninstall] [--dry-run] [--purge]

  install, upgrade   program to /opt/nodemend, units, configuration if there is none; started, and waited for (default)
  uninstall          takes back what was written to the Node, then removes program and units
  --purge            with uninstall: configuration, ledger and evidence, too
  --dry-run          says what would be done

exit status: 0 done, 64 usage, 69 this host cannot run it, 70 it does not start, 77 not root'

target=/opt/nodemend
fresh=/opt/.nodemend.new
former=/opt/.nodemend.old
units=/etc/systemd/system
drop_ins=$units/nodemend.service.d
configuration=/etc/nodemend
link=/usr/local/bin/nodemend

say() { printf '%s\n' "$*"; }
fail() {
  status=$1
  shift
  printf 'install.sh: %s\n' "$*" >&2
  exit "$status"
}
run() {
  if [ "$dry" = yes ]; then
    say "would run: $*"
  else
    "$@"
  fi
}

older() { [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# --- may this host run it -------------------------------------------------------------------------------------------

find_source() {
  here=$(dirname -- "$(readlink -f -- "$0")")
  for source in "$here" "$here/dist"; do
    if [ -x "$source/nodemend" ] && [ -f "$source/lib/cli.cjs" ]; then return; fi
  done
  fail 69 "no built program beside this script; in a checkout: npm ci && npm run build"
}

check_host() {
  [ "$(id -u)" = 0 ] || fail 77 "needs root; type: sudo $0"
  [ -d /run/systemd/system ] || fail 69 "systemd is not running here, and nodemend lives under systemd"
}

# A release brings the sums of its files; a checkout does not.
check_sums() {
  [ -f "$source/SHA256SUMS" ] || return 0
  if wrong=$(cd "$source" && sha256sum --check --quiet SHA256SUMS 2>&1); then return; fi
  fail 69 "the release is damaged; unpack it again: $wrong"
}

check_no_package() {
  if command -v dpkg >/dev/null && dpkg -S "$target/nodemend" >/dev/null 2>&1; then package='apt-get remove nodemend'; fi
  if command -v rpm >/dev/null && rpm -qf "$target/nodemend" >/dev/null 2>&1; then package='rpm -e nodemend'; fi
  [ -z "${package-}" ] || fail 69 "nodemend is installed here as a package; take that one's new version, or first type: $package"
}

check_runtime_is_for_this_machine() {
  [ -f "$source/bin/node" ] || fail 69 "$source/bin/node is missing: the release is incomplete; unpack it again"
  case $(od -An -tu1 -j18 -N1 "$source/bin/node" | tr -d ' ') in
    62) built=x86_64 ;;
    183) built=aarch64 ;;
    *) fail 69 "$source/bin/node is no program for Linux on x86_64 or aarch64; unpack the release again" ;;
  esac
  machine=$(uname -m)
  [ "$built" = "$machine" ] || fail 69 "this release is for $built, this host is $machine; take the other one"
}

check_place() {
  place=$target
  while [ ! -d "$place" ]; do place=$(dirname -- "$place"); done
  case ,$(findmnt -n -o OPTIONS -T "$place" 2>/dev/null | tail -n 1), in
    *,noexec,*) fail 69 "$place is mounted noexec; type: mount -o remount,exec $(findmnt -n -o TARGET -T "$place" | tail -n 1)" ;;
    *,ro,*) fail 69 "$place is mounted read-only" ;;
  esac
  need=$(du -sk -- "$source" | cut -f 1)
  free=$(df -Pk -- "$place" | awk 'NR == 2 { print $4 }')
  [ "$free" -gt "$need" ] || fail 69 "$place has $((free / 1024)) MiB free, the program needs $((need / 1024)) MiB"
}

# Asked of the program itself: only the loader knows what it needs.
check_runtime_starts() {
  if complaint=$("$1/bin/node" --version 2>&1); then return; fi
  rm -rf "$fresh"
  needed=$(grep -ao 'GLIBC_2\.[0-9]*' "$source/bin/node" | sort -uV | tail -n 1 | cut -d _ -f 2)
  have=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d ' ' -f 2)
  [ -n "$have" ] || fail 69 "its Node.js needs glibc $needed, and this host has another C library (musl?)"
  if older "$have" "$needed"; then fail 69 "its Node.js needs glibc $needed, this host has $have: the distribution is too old"; fi
  fail 69 "its Node.js does not start here: $complaint"
}

# --- files ----------------------------------------------------------------------------------------------------------

tree() { (cd "$1" && find . -type f -exec cksum {} + && find . -type f -perm -100) | sort; }
same_tree() { [ "$1" = "$2" ] || { [ -d "$2" ] && [ "$(tree "$1")" = "$(tree "$2")" ]; }; }

# Written in the target's directory, never moved there: so that SELinux labels it as what it is.
put() {
  if cmp -s -- "$1" "$2"; then return; fi
  changed=yes
  if [ "$dry" = yes ]; then
    say "would write: $2"
    return
  fi
  cp -- "$1" "$2.new"
  chmod 0644 "$2.new"
  mv -f -- "$2.new" "$2"
}

drop() {
  for path in "$@"; do
    [ -e "$path" ] || [ -L "$path" ] || continue
    changed=yes
    run rm -rf -- "$path"
  done
}

make_directories() {
  for path in "$@"; do
    [ -d "$path" ] || run mkdir -p "$path"
  done
}

relabel() {
  if command -v restorecon >/dev/null; then run restorecon -R "$@"; fi
}

put_program() {
  # A run that was cut between the two renames.
  if [ -d "$former" ] && [ ! -d "$target" ]; then run mv -- "$former" "$target"; fi
  if same_tree "$source" "$target"; then return; fi
  check_place
  changed=yes
  drop "$fresh" "$former"
  run mkdir -p "$fresh"
  run cp -R -- "$source/." "$fresh"
  run chmod -R u+w,go-w,a+rX "$fresh"
  [ "$dry" = yes ] || check_runtime_starts "$fresh"
  relabel "$fresh"
  if [ -d "$target" ]; then run mv -- "$target" "$former"; fi
  run mv -- "$fresh" "$target"
  relabel "$target"
}

# The drop-in NAME holds if the question after it says so; what an earlier host version needed goes.
put_drop_in() {
  name=$1
  shift
  if "$@"; then
    make_directories "$drop_ins"
    put "$systemd/drop-ins/$name.conf" "$drop_ins/10-$name.conf"
  else
    drop "$drop_ins/10-$name.conf"
  fi
}

holds_unmounted() {
  if [ -r /proc/sys/fs/may_detach_mounts ]; then
    [ "$(cat /proc/sys/fs/may_detach_mounts)" = 0 ]
  else
    older "$(uname -r)" 3.18
  fi
}

is_old_systemd() { older "$(systemctl --version | awk 'NR == 1 { print $2 }')" 231; }

put_units() {
  systemd=$1
  make_directories "$units" /etc/tmpfiles.d
  put "$systemd/nodemend.service" "$units/nodemend.service"
  put "$systemd/nodemend.slice" "$units/nodemend.slice"
  put "$systemd/nodemend.tmpfiles.conf" /etc/tmpfiles.d/nodemend.conf
  put_drop_in no-mount-namespace holds_unmounted
  put_drop_in old-systemd is_old_systemd
  [ "$changed" = no ] || run systemctl daemon-reload
}

put_configuration() {
  make_directories "$configuration/conf.d" "$configuration/monitors"
  if [ ! -e "$configuration/config.yaml" ]; then put "$source/systemd/config.example.yaml" "$configuration/config.yaml"; fi
  if [ ! -e "$link" ] && [ ! -L "$link" ]; then run ln -s "$target/nodemend" "$link"; fi
  relabel "$configuration" "$units/nodemend.service" "$units/nodemend.slice" /etc/tmpfiles.d/nodemend.conf
}

# --- install --------------------------------------------------------------------------------------------------------

# Type=notify: systemctl comes back when the agent says that it is ready.
start() { run timeout 150 systemctl restart nodemend.service; }

go_back() {
  rm -rf "$fresh"
  mv -- "$target" "$fresh"
  mv -- "$former" "$target"
  rm -rf "$fresh"
  put_units "$target/systemd"
  start || fail 70 "neither the new version nor the former one becomes ready; see: journalctl -u nodemend"
  fail 70 "the new version did not become ready; the former one is back and runs"
}

start_or_go_back() {
  run systemd-tmpfiles --create /etc/tmpfiles.d/nodemend.conf
  systemctl -q is-enabled nodemend.service 2>/dev/null || run systemctl -q enable nodemend.service
  if [ "$changed" = no ] && systemctl -q is-active nodemend.service; then return; fi
  if start; then return; fi
  journalctl -u nodemend.service -n 10 --no-pager -o cat >&2 || true
  if [ -d "$former" ]; then go_back; fi
  fail 70 "nodemend.service did not become ready; see: journalctl -u nodemend"
}

install_all() {
  check_host
  find_source
  check_no_package
  check_sums
  check_runtime_is_for_this_machine
  put_program
  put_units "$source/systemd"
  put_configuration
  start_or_go_back
  if [ "$dry" = yes ]; then return; fi
  rm -rf "$former"
  if [ "$changed" = yes ]; then word=installed; else word='unchanged'; fi
  say "nodemend $("$target/nodemend" --version) $word and running; nodemend doctor says:"
  "$target/nodemend" doctor || true
}

# --- called by the scripts of the .deb and the .rpm, which bring the files themselves ----------------------------------------

# The package is there whatever becomes of the start: an error here would leave it half-configured on every host of a fleet.
package_installed() {
  [ -d /run/systemd/system ] || return 0
  source=$target systemd=$target/systemd
  (check_runtime_starts "$target") || return 0
  put_drop_in no-mount-namespace holds_unmounted
  put_drop_in old-systemd is_old_systemd
  systemctl daemon-reload
  systemd-tmpfiles --create /usr/lib/tmpfiles.d/nodemend.conf
  relabel "$target" "$configuration"
  systemctl -q enable nodemend.service
  start || say "nodemend.service did not become ready; see: journalctl -u nodemend" >&2
}

package_removed() {
  [ -d /run/systemd/system ] || return 0
  timeout 150 systemctl -q disable --now nodemend.service
  timeout 150 systemctl stop nodemend.slice
  take_back
  drop "$drop_ins/10-no-mount-namespace.conf" "$drop_ins/10-old-systemd.conf"
}

# --- uninstall ------------------------------------------------------------------------------------------------------

take_back() {
  [ -x "$target/nodemend" ] || return 0
  timeout 20 "$target/nodemend" agent --help 2>/dev/null | grep -q -e --retire || return 0
  run timeout 60 "$target/nodemend" agent --retire ||
    say "its conditions and annotations could not be taken from the Node; by hand: kubectl edit node --subresource=status NAME" >&2
}

uninstall() {
  check_host
  check_no_package
  if [ -e "$units/nodemend.service" ]; then
    run timeout 150 systemctl -q disable --now nodemend.service
    run timeout 150 systemctl stop nodemend.slice
  fi
  take_back
  drop "$units/nodemend.service" "$units/nodemend.slice" /etc/tmpfiles.d/nodemend.conf
  drop "$drop_ins/10-no-mount-namespace.conf" "$drop_ins/10-old-systemd.conf"
  # An operator's own drop-ins are configuration.
  if [ "$purge" = yes ]; then drop "$drop_ins"; elif [ -d "$drop_ins" ]; then rmdir "$drop_ins" 2>/dev/null || true; fi
  if [ "$(readlink "$link" || true)" = "$target/nodemend" ]; then drop "$link"; fi
  drop "$target" "$fresh" "$former" /run/nodemend
  if [ "$purge" = yes ]; then drop "$configuration" /var/lib/nodemend; fi
  if [ "$changed" = no ]; then
    say "nothing of nodemend is installed here"
    return
  fi
  run systemctl daemon-reload
  run systemctl reset-failed nodemend.service 2>/dev/null || true
  [ "$dry" = yes ] || say "nodemend removed"
  [ "$purge" = yes ] || say "kept: $configuration and /var/lib/nodemend (uninstall --purge removes them)"
}

main() {
  action=install_all dry=no purge=no changed=no
  for word in "$@"; do
    case $word in
      install | upgrade) action=install_all ;;
      uninstall) action=uninstall ;;
      package-installed) action=package_installed ;;
      package-removed) action=package_removed ;;
      --dry-run) dry=yes ;;
      --purge) purge=yes ;;
      -h | --help)
        say "$usage"
        exit 0
        ;;
      *)
        printf 'install.sh: unknown word "%s"\n%s\n' "$word" "$usage" >&2
        exit 64
        ;;
    esac
  done
  if [ "$purge" = yes ] && [ "$action" != uninstall ]; then fail 64 "--purge goes with uninstall"; fi
  "$action"
}

main "$@"
