#!/usr/bin/env bash
# Real calls with real packets through EdgePbx, rtpengine and the least relay in C, side by side: load.sh [ARGUMENTS]
# Installs what it needs (as root), publishes the binary unless out/linux-x64 has one, and ends with ratios.
# load.sh --help tells the arguments; without any: 100, 200 and 400 calls, 0 and 20 short calls a second, 3 rounds, 10 minutes.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=${here%/*}
# shellcheck source=../publish-profiles/debian.sh
source "$root/publish-profiles/debian.sh"

command -v dotnet >/dev/null || die "the .NET SDK is not on the PATH; global.json says which version is wanted."
install_missing gcc libc6-dev rtpengine-daemon
[[ -x $root/out/linux-x64/edgepbx ]] || "$root/publish-profiles/publish.sh" linux-x64 "$root/out/linux-x64"
mkdir -p "$root/out/load"
gcc -O2 -Wall -Werror -o "$root/out/load/floor" "$here/EdgePbx.LoadTest/floor.c"
echo "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $(uname -r), load $(cut -d ' ' -f 1 /proc/loadavg);" \
    "$("$root/out/linux-x64/edgepbx" version | tr -s ' \n' ' ')"
exec dotnet run -c Release --project "$here/EdgePbx.LoadTest" -- "$root/out/linux-x64/edgepbx" --floor "$root/out/load/floor" "$@"
