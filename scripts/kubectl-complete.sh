#!/usr/bin/env bash
# bin/kubectl_complete-nodemend of nodemend-cli-VERSION.tar.gz: kubectl, from 1.26 on, asks it what may follow `kubectl nodemend …`.
self=$(readlink -f -- "$0" 2>/dev/null || echo "$0")
# shellcheck disable=SC1091 # made by the build
source "${self%/*}/../share/completions/nodemend.bash"
# shellcheck disable=SC2034 # what _nodemend reads
COMP_WORDS=(nodemend "$@") COMP_CWORD=$#
_nodemend
if [ "${#COMPREPLY[@]}" -gt 0 ]; then printf '%s\n' "${COMPREPLY[@]}"; fi
# No file names besides.
echo :4
