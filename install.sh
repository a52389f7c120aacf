#!/bin/sh
# Installs, upgrades, rolls back and removes nodemend on this host: from an unpacked release, or from a checkout after `npm run build`.
# Touches its own files and units alone, never the kubelet or a runtime. docs/install.md is what it promises.
set -eu
umask 022
export LC_ALL=C

usage='usage: install.sh [install|upgrade|rollback|uninstall] [--dry-run] [--purge] [--ready-within SECONDS] [--root DIR]

  install, upgrade   program to /opt/nodemend, units, configuration if there is none; started, and waited for (default)
  rollback           back to the version that the last upgrade replaced
  uninstall          takes back what was written to the Node, then removes program and units
  --purge            with uninstall: configuration, ledger and evidence, too
  --dry-run          says what would be done, and changes nothing
  --ready-within N   seconds that a started agent may take to be ready (60); then the version before comes back
  --root DIR         the files below DIR, for an image; nothing is started

exit status: 0 done, 64 usage, 69 this host cannot run it, 70 it does not become ready, 75 uninstalled, but what was written to the Node
is still there, 77 not root, 78 configuration not valid'

# Where it is on a host, wherever --root has it now.
home=/opt/nodemend

say() { printf '%s\n' "$*" || true; }
fail() {
  code=$1
  shift
  printf 'install.sh: %s\n' "$*" >&2 || true
  exit "$code"
}
run() {
  if [ "$dry" = yes ]; then
    say "would run: $*"
  else
    "$@"
  fi
}

is_image() { [ -n "$root" ]; }
older() { [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }
version_of() { cat "$1/VERSION" 2>/dev/null || echo 'another build'; }
# Releases before bin/ and lib/ had everything in one directory.
launcher_in() { if [ -f "$1/bin/nodemend" ]; then echo bin/nodemend; else echo nodemend; fi; }
launcher_of() { echo "$1/$(launcher_in "$1")"; }

nearest_directory() {
  place=$1
  while [ ! -d "$place" ]; do place=$(dirname -- "$place"); done
  echo "$place"
}
mount_options() { findmnt -n -o OPTIONS -T "$1" 2>/dev/null | tail -n 1; }
is_read_only() { case ,$(mount_options "$1"), in *,ro,*) return 0 ;; *) [ ! -w "$1" ] ;; esac }

# --- may this host run it -------------------------------------------------------------------------------------------

# Not -x: what lies on a file system that is mounted noexec, as /tmp often is, is not executable to the kernel, and can be copied.
find_source() {
  here=$(dirname -- "$(readlink -f -- "$0")")
  for source in "$here" "$here/dist"; do
    if [ -f "$source/bin/nodemend" ] && [ -f "$source/lib/cli.cjs" ]; then return; fi
  done
  fail 69 "no built program beside this script; in a checkout: npm ci && npm run build"
}

# One at a time. The lock is a directory that is there anyway, so that it leaves no trace; children that may outlive a killed script do not get it (9<&-).
lock() {
  if [ "$dry" = yes ] || ! command -v flock >/dev/null; then return; fi
  exec 9<"$(nearest_directory "$root/opt")"
  flock -n 9 || fail 69 "another install.sh is at work on this host"
}

check_host() {
  if ! is_image; then
    [ "$(id -u)" = 0 ] || fail 77 "needs root; type: sudo $0"
    [ -d /run/systemd/system ] || fail 69 "systemd is not running here, and nodemend lives under systemd; into an image: --root DIR"
    if [ "$(readlink "$units/nodemend.service" || true)" = /dev/null ]; then
      fail 69 "nodemend.service is masked; type: systemctl unmask nodemend.service"
    fi
  fi
  if [ -L "$target" ] || mountpoint -q "$target" 2>/dev/null; then
    fail 69 "$target is a link or a mount point: versions are exchanged by renaming it, so it has to be a plain directory"
  fi
  lock
}

# A release brings the sums of its files; a checkout does not.
check_sums() {
  [ -f "$source/SHA256SUMS" ] || return 0
  if wrong=$(cd "$source" && sha256sum --check --quiet SHA256SUMS 2>&1); then return; fi
  fail 69 "the release is damaged; unpack it again: $wrong"
}

check_no_package() {
  [ -e "$root/usr/lib/systemd/system/nodemend.service" ] || [ -e "$root/lib/systemd/system/nodemend.service" ] || return 0
  if [ -e "$root/var/lib/dpkg/info/nodemend.list" ]; then remove='apt-get remove nodemend'; else remove='rpm -e nodemend'; fi
  fail 69 "nodemend is installed here as a package; take that one's new version, or first type: $remove"
}

machine_of() {
  case $(od -An -tu1 -j18 -N1 "$1" 2>/dev/null | tr -d ' ') in
    62) echo x86_64 ;;
    183) echo aarch64 ;;
  esac
}

check_machine() {
  [ -f "$source/bin/node" ] || fail 69 "$source/bin/node is missing: the release is incomplete; unpack it again"
  built=$(machine_of "$source/bin/node")
  [ -n "$built" ] || fail 69 "$source/bin/node is no program for Linux on x86_64 or aarch64; unpack the release again"
  if is_image; then machine=$(machine_of "$root/usr/bin/env"); else machine=$(uname -m); fi
  [ "$built" = "${machine:-$built}" ] || fail 69 "this release is for $built, this host is $machine; take the other one"
}

check_place() {
  place=$(nearest_directory "$target")
  if is_read_only "$place"; then fail 69 "$place is read-only, and the program has to be there"; fi
  case ,$(mount_options "$place"), in
    *,noexec,*) is_image || fail 69 "$place is mounted noexec; type: mount -o remount,exec $(findmnt -n -o TARGET -T "$place" | tail -n 1)" ;;
  esac
  need=$(du -sk -- "$source" | cut -f 1)
  if [ "$(free_below "$place")" -le "$need" ]; then drop "$previous"; fi
  free=$(free_below "$place")
  [ "$dry" = yes ] || [ "$free" -gt "$need" ] ||
    fail 69 "$place has $((free / 1024)) MiB free, the program needs $((need / 1024)) MiB"
}

free_below() { df -Pk -- "$1" | tail -n 1 | tr -s ' ' | cut -d ' ' -f 4; }

glibc_here() {
  if ! is_image; then
    getconf GNU_LIBC_VERSION 2>/dev/null | cut -d ' ' -f 2
    return
  fi
  for libc in "$root"/lib*/libc.so.6 "$root"/lib*/*/libc.so.6 "$root"/usr/lib*/libc.so.6 "$root"/usr/lib*/*/libc.so.6; do
    if [ -f "$libc" ]; then grep -ao 'release version 2\.[0-9]*' "$libc" | head -n 1 | cut -d ' ' -f 3 && return; fi
  done
}

# Asked of the program itself: only the loader knows what it needs. In an image nothing can be asked but its C library.
check_runtime() {
  node=$1/bin/node
  [ -f "$node" ] || node=$1/node
  complaint=''
  if ! is_image; then
    if complaint=$("$node" --version 2>&1); then return; fi
    case ,$(mount_options "$node"), in *,noexec,*) return ;; esac
  fi
  needed=$(grep -ao 'GLIBC_2\.[0-9]*' "$node" | sort -uV | tail -n 1 | cut -d _ -f 2)
  have=$(glibc_here)
  if [ -z "$have" ]; then
    is_image && return
    fail 69 "its Node.js needs glibc $needed, and this host has another C library (musl?)"
  fi
  if older "$have" "$needed"; then
    fail 69 "its Node.js needs glibc $needed, this host has $have: take a release made for older distributions (docs/release.md, --node-binary)"
  fi
  is_image && return
  case $complaint in
    *libstdc++* | *GLIBCXX*) fail 69 "its Node.js needs a libstdc++ that this host lacks or has too old: $complaint" ;;
  esac
  fail 69 "its Node.js does not start here: $complaint"
}

# What the running agent lives with may be too old or too new for the other version, which would then not start.
check_configuration() {
  if is_image || [ ! -d "$configuration" ]; then return; fi
  said=0
  wrong=$(timeout 20 "$(launcher_of "$1")" config check 2>&1) || said=$?
  [ "$said" = 78 ] || return 0
  fail 78 "the configuration is not valid for this version: $wrong"
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
    [ -d "$path" ] || run mkdir -p -- "$path"
  done
}

relabel() {
  if is_image || [ ! -e /sys/fs/selinux/enforce ] || ! command -v restorecon >/dev/null; then return; fi
  for path in "$@"; do
    [ ! -e "$path" ] || run restorecon -RF "$path"
  done
}

# A run was cut between a switch and its proof: what runs is proved, what does not run is not.
recover() {
  drop "$fresh"
  [ -d "$former" ] || return 0
  if [ -d "$target" ] && systemctl -q is-active nodemend.service; then
    keep_former
  else
    drop "$target"
    run mv -- "$former" "$target"
  fi
}

keep_former() {
  [ -d "$former" ] || return 0
  drop "$previous"
  run mv -- "$former" "$previous"
}

# DIR becomes the program; what was there waits beside it until the new one has proved itself. All of it is one file system.
switch_to() {
  switched=yes
  if [ -d "$target" ]; then mv -- "$target" "$former"; fi
  mv -- "$1" "$target"
  relabel "$target"
}

# Otherwise a power failure may find names and no bytes. Never the sync of old coreutils, which takes no names and waits for every mount of the host.
to_disk() {
  sync --help 2>/dev/null | grep -q -e --file-system || return 0
  timeout --foreground 10 find "$1" -type f -exec sync {} + 9<&- || true
}

put_program() {
  if same_tree "$source" "$target"; then return; fi
  check_place
  changed=yes
  if [ "$dry" = yes ]; then
    say "would copy: $source to $target"
    [ ! -d "$target" ] || say "would keep: the present $target as $previous"
    check_runtime "$source"
    check_configuration "$source"
    return
  fi
  mkdir -p -- "$fresh"
  cp -RP -- "$source/." "$fresh"
  chmod -R u+w,go-w,a+rX "$fresh"
  check_runtime "$fresh"
  check_configuration "$fresh"
  to_disk "$fresh"
  relabel "$fresh"
  switch_to "$fresh"
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
  if is_image; then
    for modules in "$root"/lib/modules/3.10.* "$root"/usr/lib/modules/3.10.*; do
      if [ -e "$modules" ]; then return 0; fi
    done
    return 1
  fi
  if [ -r /proc/sys/fs/may_detach_mounts ]; then
    [ "$(cat /proc/sys/fs/may_detach_mounts)" = 0 ]
  else
    older "$(uname -r)" 3.18
  fi
}

systemd_version() {
  if ! is_image; then
    systemctl --version | head -n 1 | cut -d ' ' -f 2
    return
  fi
  # systemd bears its version in this name since 231.
  for library in "$root"/usr/lib/systemd/libsystemd-shared-* "$root"/lib/systemd/libsystemd-shared-* \
    "$root"/usr/lib/*/systemd/libsystemd-shared-*; do
    if [ -e "$library" ]; then
      echo "${library##*-shared-}" | cut -d . -f 1
      return
    fi
  done
  echo 219
}
is_old_systemd() { older "$(systemd_version)" 231; }

put_units() {
  systemd=$1
  make_directories "$units" "$tmpfiles"
  put "$systemd/nodemend.service" "$units/nodemend.service"
  put "$systemd/nodemend.slice" "$units/nodemend.slice"
  put "$systemd/nodemend.tmpfiles.conf" "$tmpfiles/nodemend.conf"
  put_drop_in no-mount-namespace holds_unmounted
  put_drop_in old-systemd is_old_systemd
  relabel "$units/nodemend.service" "$units/nodemend.slice" "$drop_ins" "$tmpfiles/nodemend.conf"
  if is_image; then
    put_link /etc/systemd/system/nodemend.service "$wanted"
  elif [ "$changed" = yes ]; then
    run systemctl daemon-reload
  fi
}

# TEXT as a link at PATH; what is there and is not ours stays.
put_link() {
  text=$1
  now=$(readlink "$2" || true)
  [ "$now" != "$text" ] || return 0
  if [ -n "$now" ] || [ ! -e "$2" ]; then
    case $now in
      '' | "$home"/*)
        make_directories "$(dirname -- "$2")"
        changed=yes
        run ln -sfn -- "$text" "$2"
        return
        ;;
    esac
  fi
  say "left alone: $2 is not of nodemend"
}

put_links() {
  for directory in "$root/usr/local/bin" "$root/opt/bin"; do
    if is_read_only "$(nearest_directory "$directory")"; then continue; fi
    put_link "$home/$(launcher_in "$1")" "$directory/nodemend"
    put_link "$home/$(launcher_in "$1")" "$directory/kubectl-nodemend"
    return
  done
  say "neither /usr/local/bin nor /opt/bin can be written: it is called $home/bin/nodemend"
}

drop_links() {
  for directory in "$root/usr/local/bin" "$root/opt/bin"; do
    for name in nodemend kubectl-nodemend; do
      case $(readlink "$directory/$name" || true) in "$home"/*) drop "$directory/$name" ;; esac
    done
  done
  # Made for the links; no distribution ships it empty.
  if [ "$dry" = no ] && [ -d "$root/opt/bin" ]; then rmdir "$root/opt/bin" 2>/dev/null || true; fi
}

put_configuration() {
  make_directories "$configuration/conf.d" "$configuration/monitors"
  if [ ! -e "$configuration/config.yaml" ]; then put "$source/systemd/config.example.yaml" "$configuration/config.yaml"; fi
  relabel "$configuration"
}

# --- start, and back ------------------------------------------------------------------------------------------------

# Type=notify: systemctl comes back when the agent says that it is ready. In the foreground: so that Ctrl-C reaches it, too.
start() { timeout --foreground "$patience" systemctl restart nodemend.service 9<&-; }
is_running() { systemctl -q is-active nodemend.service; }
main_pid() { systemctl show -p MainPID nodemend.service; }

prove() {
  systemd-tmpfiles --create "$tmpfiles/nodemend.conf" || true
  systemctl -q is-enabled nodemend.service 2>/dev/null || systemctl -q enable nodemend.service
  if [ "$changed" = no ] && is_running; then return; fi
  changed=yes
  if ! start; then
    journalctl -u nodemend.service -n 10 --no-pager -o cat >&2 || true
    fail 70 "nodemend $(version_of "$target") did not become ready within $patience s; see: journalctl -u nodemend"
  fi
  pid=$(main_pid)
  say "nodemend $(version_of "$target") is ready; nodemend doctor says:"
  timeout --foreground 60 "$(launcher_of "$target")" doctor 9<&- || true
  # What ends as soon as it works ends now, and not after everybody has gone home.
  sleep 2
  if is_running && [ "$(main_pid)" = "$pid" ]; then return; fi
  fail 70 "nodemend $(version_of "$target") became ready, and ended; see: journalctl -u nodemend"
}

# The former version comes back; the one that failed goes, or again to where `rollback` found it.
go_back() {
  rejected=$fresh
  [ "$action" != roll_back ] || rejected=$previous
  rm -rf -- "$fresh"
  mv -- "$target" "$rejected" && mv -- "$former" "$target" || return
  rm -rf -- "$fresh"
  relabel "$target"
  changed=yes
  put_units "$target/systemd"
  put_links "$target" >/dev/null
  start
}

on_exit() {
  code=$?
  trap '' INT TERM
  trap - EXIT
  set +e
  if [ "$switched" = yes ] && [ -d "$former" ]; then
    version=$(version_of "$former")
    if go_back; then
      printf 'install.sh: %s\n' "nodemend $version, the former one, is back and runs" >&2
    else
      printf 'install.sh: %s\n' "nodemend $version, the former one, does not become ready either; see: journalctl -u nodemend" >&2
    fi
  fi
  [ "$dry" = yes ] || [ "$locked" = no ] || rm -rf -- "$fresh"
  exit "$code"
}

finish() {
  switched=no
  [ "$left" = no ] || set -- "$1; what it wrote to the Node is still there, see above"
  [ "$dry" = yes ] || keep_former
  word=unchanged
  [ "$changed" = no ] || word=changed
  [ "$changed$dry" != yesyes ] || word='would change'
  say "$word: $1"
  [ "$left" = no ] || exit 75
}

before() {
  if [ -d "$target" ]; then echo "before: $(version_of "$target")"; else echo 'before: none'; fi
}

install_all() {
  check_host
  find_source
  check_no_package
  check_sums
  check_machine
  locked=yes
  recover
  was=$(before)
  put_program
  if [ "$dry" = yes ]; then laid=$source; else laid=$target; fi
  put_units "$laid/systemd"
  put_links "$laid"
  put_configuration
  version=$(version_of "$laid")
  if is_image; then finish "nodemend $version is below $root, and starts with it ($was)" && return; fi
  if [ "$dry" = no ]; then
    prove
  elif [ "$changed" = yes ] || ! is_running; then
    run systemctl restart nodemend.service
    changed=yes
  fi
  if [ "$changed" = no ]; then finish "nodemend $version runs"; else finish "nodemend $version runs ($was)"; fi
}

roll_back() {
  if is_image; then fail 64 "rollback is for a host that runs"; fi
  check_host
  check_no_package
  locked=yes
  recover
  [ -d "$previous" ] || fail 69 "there is no version to go back to: no $previous"
  check_runtime "$previous"
  check_configuration "$previous"
  was=$(before) version=$(version_of "$previous") changed=yes
  if [ "$dry" = yes ]; then
    say "would exchange: $target and $previous"
    put_units "$previous/systemd"
    run systemctl restart nodemend.service
  else
    switch_to "$previous"
    put_units "$target/systemd"
    put_links "$target"
    prove
  fi
  finish "nodemend $version runs ($was)"
}

# --- called by the scripts of the .deb and the .rpm, which bring the files themselves ----------------------------------------

# The package is there whatever becomes of the start: an error here would leave it half-configured on every host of a fleet.
package_installed() {
  [ -d /run/systemd/system ] || return 0
  systemd=$target/systemd
  (check_runtime "$target") || return 0
  put_drop_in no-mount-namespace holds_unmounted
  put_drop_in old-systemd is_old_systemd
  systemctl daemon-reload
  systemd-tmpfiles --create /usr/lib/tmpfiles.d/nodemend.conf || true
  relabel "$target" "$configuration"
  systemctl -q enable nodemend.service
  start || say "nodemend.service did not become ready; see: journalctl -u nodemend" >&2
}

package_removed() {
  [ -d /run/systemd/system ] || return 0
  timeout --foreground 150 systemctl -q disable --now nodemend.service
  timeout --foreground 150 systemctl stop nodemend.slice
  take_back
  drop_after_boot
  drop_of_this_boot
  drop "$drop_ins/10-no-mount-namespace.conf" "$drop_ins/10-old-systemd.conf"
}

# --- uninstall ------------------------------------------------------------------------------------------------------

take_back() {
  program=$(launcher_of "$target")
  [ -x "$program" ] || return 0
  timeout 20 "$program" agent --help 2>/dev/null | grep -q -e --retire || return 0
  retired=0
  run timeout 60 "$program" agent --retire || retired=$?
  case $retired in
    0) return ;;
    # It has said what is left, and the command that takes it away.
    75) ;;
    *) say "its conditions and annotations could not be taken back; by hand: kubectl edit node --subresource=status NAME" >&2 ;;
  esac
  left=yes
}

# What `maintain` leaves for the next boot.
drop_after_boot() {
  [ -e "$units/nodemend-maintain.service" ] || return 0
  run systemctl -q disable nodemend-maintain.service
  drop "$units/nodemend-maintain.service"
}

drop_of_this_boot() {
  drop /run/nodemend /run/nodemend-*.json /run/motd.d/50-nodemend
  if [ "$dry" = no ] && [ -d /run/motd.d ]; then rmdir /run/motd.d 2>/dev/null || true; fi
}

end_service() {
  if is_image; then return; fi
  drop_after_boot
  if [ -e "$units/nodemend.service" ]; then
    run timeout --foreground 150 systemctl -q disable --now nodemend.service
    run timeout --foreground 150 systemctl stop nodemend.slice
  fi
  take_back
}

uninstall() {
  check_host
  check_no_package
  locked=yes
  end_service
  drop "$wanted" "$units/nodemend.service" "$units/nodemend.slice" "$tmpfiles/nodemend.conf"
  drop "$drop_ins/10-no-mount-namespace.conf" "$drop_ins/10-old-systemd.conf"
  # An operator's own drop-ins are configuration.
  if [ "$purge" = yes ]; then drop "$drop_ins"; elif [ "$dry" = no ] && [ -d "$drop_ins" ]; then rmdir "$drop_ins" 2>/dev/null || true; fi
  drop_links
  drop "$target" "$fresh" "$former" "$previous"
  is_image || drop_of_this_boot
  if [ "$purge" = yes ]; then drop "$configuration" "$root/var/lib/nodemend"; fi
  if [ "$changed" = no ]; then finish "nothing of nodemend is installed here" && return; fi
  if ! is_image; then
    run systemctl daemon-reload
    run systemctl reset-failed nodemend.service 2>/dev/null || true
  fi
  if [ "$purge" = yes ]; then finish "nodemend is removed" && return; fi
  finish "nodemend is removed; kept: $configuration and $root/var/lib/nodemend (--purge removes them)"
}

# --- words ----------------------------------------------------------------------------------------------------------

refuse_word() {
  printf 'install.sh: %s\n%s\n' "$1" "$usage" >&2
  exit 64
}

read_words() {
  while [ "$#" -gt 0 ]; do
    case $1 in
      install | upgrade) action=install_all ;;
      rollback) action=roll_back ;;
      uninstall) action=uninstall ;;
      package-installed) action=package_installed ;;
      package-removed) action=package_removed ;;
      --dry-run) dry=yes ;;
      --purge) purge=yes ;;
      --ready-within | --root)
        [ -n "${2-}" ] || refuse_word "$1 wants a value"
        if [ "$1" = --root ]; then root=$2; else patience=$2; fi
        shift
        ;;
      -h | --help)
        say "$usage"
        exit 0
        ;;
      *) refuse_word "unknown word \"$1\"" ;;
    esac
    shift
  done
  case $patience in '' | *[!0-9]* | 0*) refuse_word "--ready-within takes seconds, not \"$patience\"" ;; esac
  if [ "$purge" = yes ] && [ "$action" != uninstall ]; then refuse_word "--purge goes with uninstall"; fi
}

set_paths() {
  if [ -n "$root" ]; then
    [ -d "$root" ] || refuse_word "--root $root: no such directory"
    root=$(cd -- "$root" && pwd -P)
    [ "$root" != / ] || root=''
  fi
  target=$root$home
  fresh=$root/opt/.nodemend.new
  former=$root/opt/.nodemend.old
  previous=$root/opt/nodemend.previous
  units=$root/etc/systemd/system
  drop_ins=$units/nodemend.service.d
  wanted=$units/multi-user.target.wants/nodemend.service
  tmpfiles=$root/etc/tmpfiles.d
  configuration=$root/etc/nodemend
}

main() {
  action=install_all dry=no purge=no left=no changed=no switched=no locked=no root='' patience=60
  read_words "$@"
  set_paths
  # Who started this over a connection that is lost, or reads no further, must not leave half an upgrade.
  trap '' HUP PIPE
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap on_exit EXIT
  "$action"
}

main "$@"
