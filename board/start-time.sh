#!/usr/bin/env bash
# Power-on to ready under emulation, against an image with the same kernel whose init says one line and does nothing:
# start-time.sh [RUNS]   The static binary must be in out/linux-arm64-static. Medians and their ratio.
set -euo pipefail

board=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/empty"
cat >"$work/empty/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
echo 'EdgePbx 0: ready' >/dev/console
exec /bin/busybox sleep 100000
INIT
chmod 755 "$work/empty/init"
KEEP=$work EMPTY=$work/empty "$board/../tests/image.sh" --start-time "${1:-5}"
