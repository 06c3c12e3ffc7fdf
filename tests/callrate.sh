#!/usr/bin/env bash
# Short calls at a steady rate: callrate.sh [--rate 200] [--minutes 10] [--memory auto|MIB]   (EDGEPBX_BINARY or out/linux-x64/edgepbx is what runs)
# SIPp calls 200 extensions from 200 others, each at an address of its own. None may fail or be refused, and memory must be flat after the first
# minute. Needs a machine with nothing else to do. Everything is on loopback. Last line PASS or FAIL with the reason.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$root/publish-profiles/debian.sh"
binary=${EDGEPBX_BINARY:-$root/out/linux-x64/edgepbx}

[[ -x $binary ]] || die "there is no $binary; publish-profiles/publish.sh makes it."
install_missing python3 sip-tester
exec python3 "$root/tests/EdgePbx.Benchmarks/process/callrate.py" "$binary" "$@"
