#!/bin/bash
# Builds kubelet, kube-apiserver, kube-controller-manager and kube-scheduler from Debian's source
# package, for machines that can reach nothing but a Debian mirror. Prints the directory of the
# binaries as its last line. A warm cache answers at once.
set -euo pipefail

cache=${NODEMEND_LAB_CACHE:-/var/cache/nodemend-lab}
commands=(kubelet kube-apiserver kube-controller-manager kube-scheduler)
go_package=golang-1.19
# Upstream's own tag: leaves out the cloud providers' SDKs, a third of the build and nothing the lab runs.
tags=providerless
# Counted up when the recipe changes what it makes: part of the cache's key, beside the version.
recipe=2

say() { printf 'build-kubernetes: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

complete() {
  local command
  for command in "${commands[@]}"; do [ -x "$1/$command" ] || return 1; done
}

# Binaries given by the user are taken unseen.
if [ -n "${KUBE_BIN_DIR:-}" ]; then
  complete "$KUBE_BIN_DIR" || die "KUBE_BIN_DIR=$KUBE_BIN_DIR must hold ${commands[*]}"
  echo "$KUBE_BIN_DIR"
  exit 0
fi

[ "$(id -u)" = 0 ] || die "must run as root; type: sudo $0"
mkdir -p "$cache"

# One builder at a time; the second one finds the first one's result.
exec 9>"$cache/build.lock"
flock -w 2400 9 || die "another build holds $cache/build.lock for 40 minutes"

current=$cache/kubernetes-current-$recipe
if [ -e "$current" ] && complete "$current/"; then
  readlink -f "$current"
  exit 0
fi

"$(dirname "$0")/install-packages.sh" build

work=$(mktemp -d "$cache/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The mirror is the machine's own: every repository it has packages from, asked for sources. Nothing in
# /etc/apt changes, and the lists are thrown away afterwards.
mkdir -p "$work/lists/partial" "$work/source"
# shellcheck disable=SC2016 # $(…) are apt's own placeholders
apt-get indextargets --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | sort -u >"$work/sources.list"
[ -s "$work/sources.list" ] || die "apt knows no repository; run apt-get update first"
apt_options=(-qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o "Dir::State::Lists=$work/lists" -o APT::Sandbox::User=root -o Acquire::Languages=none)

say "fetching the source package"
timeout 300 apt-get "${apt_options[@]}" update
(cd "$work/source" && timeout 600 apt-get "${apt_options[@]}" --download-only source kubernetes)
dsc=$(echo "$work"/source/kubernetes_*.dsc)
[ -f "$dsc" ] || die "no source package kubernetes in the mirror; set KUBE_BIN_DIR to a directory of ready binaries"

# "1.20.5+really1.20.2-1.1" is 1.20.2: what stands after "really" is what was packaged.
package_version=$(sed -n 's/^Version: //p' "$dsc" | head -n 1)
version=$(echo "$package_version" | sed -E 's/^.*really//; s/[-+~].*$//')
target=$cache/kubernetes-v$version-$recipe

if ! complete "$target"; then
  export GOPATH=$work/go GOCACHE=$work/go-cache GO111MODULE=off CGO_ENABLED=0 GOFLAGS=
  PATH=/usr/lib/${go_package/golang/go}/bin:$PATH
  tree=$GOPATH/src/k8s.io/kubernetes
  mkdir -p "$(dirname "$tree")" "$work/bin"

  say "unpacking $package_version"
  timeout 300 dpkg-source --no-check -x "$dsc" "$tree" >"$work/unpack.log" 2>&1 || {
    tail -n 5 "$work/unpack.log" >&2
    die "could not unpack $dsc"
  }
  cd "$tree"

  # The vendored reflect2 1.0.1 calls the runtime's map iterator as it was before Go 1.18: it compiles, and then
  # writes to wild addresses ("unexpected fault address" in the API server, minutes later). Debian has 1.0.2.
  rm vendor/github.com/modern-go/reflect2/*.go
  cp /usr/share/gocode/src/github.com/modern-go/reflect2/*.go vendor/github.com/modern-go/reflect2/

  stamp=k8s.io/kubernetes/vendor/k8s.io/component-base/version
  stamp_flags="-s -w -X $stamp.gitVersion=v$version -X $stamp.gitMajor=${version%%.*}"
  stamp_flags+=" -X $stamp.gitMinor=$(echo "$version" | cut -d. -f2) -X $stamp.gitTreeState=clean"
  build() {
    local started=$SECONDS
    timeout 1800 go build -tags "$tags" -ldflags "$stamp_flags" -o "$work/bin/$1" "k8s.io/kubernetes/$2"
    say "built $1 in $((SECONDS - started)) s"
  }

  # The API server does not compile without its OpenAPI definitions, which no release of the source
  # holds. The input is every package that carries the tag, as upstream's Makefile has it.
  generate_openapi() {
    local started=$SECONDS inputs
    build openapi-gen vendor/k8s.io/kube-openapi/cmd/openapi-gen
    inputs=$(grep -rl --include='*.go' --exclude='zz_generated*' '^// +k8s:openapi-gen=' pkg vendor/k8s.io/ staging/src/k8s.io |
      sed 's#^staging/src/#vendor/#' | xargs -n 1 dirname | sort -u |
      grep -vE '/(testdata|test|code-generator|sample-[a-z]+|kube-openapi/test)(/|$)' |
      sed 's#^#k8s.io/kubernetes/#' | paste -sd,)
    timeout 900 "$work/bin/openapi-gen" --logtostderr -O zz_generated.openapi \
      --go-header-file hack/boilerplate/boilerplate.generatego.txt \
      -i "$inputs" -p k8s.io/kubernetes/pkg/generated/openapi --report-filename "$work/openapi-report"
    rm "$work/bin/openapi-gen"
    say "generated the OpenAPI definitions in $((SECONDS - started)) s"
  }

  build kubelet cmd/kubelet
  build kube-scheduler cmd/kube-scheduler
  build kube-controller-manager cmd/kube-controller-manager
  [ -e pkg/generated/openapi/zz_generated.openapi.go ] || generate_openapi
  build kube-apiserver cmd/kube-apiserver

  cd "$cache"
  rm -rf "$target"
  mv "$work/bin" "$target"
fi

ln -sfn "$(basename "$target")" "$work/current"
mv -T "$work/current" "$current"
say "v$version is in $target"
echo "$target"
