#!/usr/bin/env bash
# Hours of calls, in short: soak.sh [MINUTES]   (30 by default; EDGEPBX_BINARY or out/linux-x64/edgepbx is what runs)
# SIPp keeps 50 calls up and ten a second coming and going, and loses one message in fifty; memory, descriptors, threads and gauges are sampled
# and must stay flat. The samples go to SOAK_CSV (out/soak.csv). Everything is on loopback, on SOAK_PORTS (FIRST-LAST, a thousand of them) if
# that is given. Last line PASS or FAIL with the reason.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$root/publish-profiles/debian.sh"
minutes=${1:-30}
binary=${EDGEPBX_BINARY:-$root/out/linux-x64/edgepbx}
csv=${SOAK_CSV:-$root/out/soak.csv}

(($# <= 1)) && [[ $minutes =~ ^[1-9][0-9]*$ ]] || die "usage: soak.sh [MINUTES]"
[[ -x $binary ]] || die "there is no $binary; publish-profiles/publish.sh makes it."
install_missing python3 sip-tester
mkdir -p "$(dirname "$csv")"
exec python3 "$root/tests/EdgePbx.Benchmarks/process/soak.py" "$binary" --minutes "$minutes" --csv "$csv" --ports "${SOAK_PORTS:-}"
