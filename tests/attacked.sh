#!/usr/bin/env bash
# An office under attack: attacked.sh [MINUTES]   (30 by default; EDGEPBX_BINARY or out/linux-x64/edgepbx is what runs)
# 50 calls talk, phones register, refresh and call while one attacker of each kind is at work (tests/clients/lib/attackers.py). No packet of a call may
# be lost, and every honest call and registration is answered. Everything is on loopback. Last line PASS or FAIL with the reason.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$root/publish-profiles/debian.sh"
minutes=${1:-30}
binary=${EDGEPBX_BINARY:-$root/out/linux-x64/edgepbx}

(($# <= 1)) && [[ $minutes =~ ^[1-9][0-9]*$ ]] || die "usage: attacked.sh [MINUTES]"
[[ -x $binary ]] || die "there is no $binary; publish-profiles/publish.sh makes it."
install_missing python3
exec python3 "$root/tests/EdgePbx.Benchmarks/process/attacked.py" "$binary" --minutes "$minutes"
