#!/bin/sh
# Starts nodemend with its own Node.js runtime: beside this file in a release, in node_modules in a checkout.
# Never the node of the PATH: another version, or none, is what a broken node may have.
set -eu

self=$(readlink -f -- "$0")
bin=${self%/*}
lib=${bin%/*}/lib

case $(uname -m) in
  aarch64) arch=arm64 ;;
  *) arch=x64 ;;
esac
for node in "$bin/node" "${bin%/*/*}/node_modules/node-linux-$arch/bin/node"; do
  if [ -x "$node" ]; then break; fi
done
if [ ! -x "$node" ]; then
  echo "nodemend: its Node.js runtime is missing: $bin/node" >&2
  echo "  install the release again; in a checkout run \`npm ci && npm run build\`" >&2
  exit 70
fi

# What a login shell or a unit sets for other Node.js programs must not reach a root process that holds the node's credentials.
unset NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED NODE_USE_ENV_PROXY NODE_COMPILE_CACHE NODE_V8_COVERAGE

if [ "${1-}" = agent ] && [ -f "$lib/agent.cjs" ]; then
  shift
  # Bounds of the heap, no threads of V8's own, memory that is given back: docs/adr/0008-diet.md.
  export UV_THREADPOOL_SIZE=4 MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=32768 MALLOC_TRIM_THRESHOLD_=65536
  exec "$node" --max-semi-space-size=1 --max-old-space-size=32 --heap-growing-percent=10 --optimize-for-size \
    --no-maglev --no-sparkplug --invocation-count-for-turbofan=50000 \
    --v8-pool-size=0 --single-threaded-gc --expose-gc "$lib/agent.cjs" "$@"
fi
exec "$node" "$lib/cli.cjs" "$@"
