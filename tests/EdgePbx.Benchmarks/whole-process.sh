#!/usr/bin/env bash
# Measures the published binary as a whole: whole-process.sh OUTDIR_X64 [OUTDIR_ARM64 OUTDIR_ARM64_STATIC]
# Sizes, start-up beside the least AOT program, memory, and a stream of calls; 3 minutes, all of it on loopback.
# PARTS="sizes start memory calls" chooses. Exit code 1 when bytes, calls or gauges miss their goal; times never do.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=${here%/*/*}
# shellcheck source=../../publish-profiles/debian.sh
source "$root/publish-profiles/debian.sh"

# As in tests/publish-check.sh.
dynamic_limit=9700000
static_limit=14400000

(($# == 1 || $# == 3)) || die "usage: whole-process.sh OUTDIR_X64 [OUTDIR_ARM64 OUTDIR_ARM64_STATIC]"
for folder in "$@"; do
    [[ -x $folder/edgepbx ]] || die "there is no edgepbx in $folder; publish-profiles/publish.sh makes it."
done
parts=${PARTS:-sizes start memory calls}
binary=$(cd "$1" && pwd -P)/edgepbx
missed=0

# size NAME BINARY LIMIT
size() {
    local bytes
    bytes=$(stat -c %s "$2")
    echo "  $1: $bytes bytes (goal: below $3)"
    ((bytes < $3)) || missed=1
}

sizes() {
    size linux-x64 "$1/edgepbx" "$dynamic_limit"
    (($# == 3)) || return 0
    size linux-arm64 "$2/edgepbx" "$dynamic_limit"
    size linux-arm64-static "$3/edgepbx" "$static_limit"
}

start() {
    local hello=$root/out/hello-world
    if [[ ! -x $hello/hello ]]; then
        command -v dotnet >/dev/null || die "the .NET SDK is not on the PATH; global.json says which version is wanted."
        dotnet publish "$here/HelloWorld" -c Release -nologo -v:quiet -o "$hello"
    fi
    python3 "$here/process/start.py" "$binary" "$hello/hello"
}

echo "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $(uname -r), load $(cut -d ' ' -f 1 /proc/loadavg);" \
    "$("$binary" version | tr -s ' \n' ' ')"
for part in $parts; do
    echo "$part"
    case $part in
        sizes) sizes "$@" ;;
        start) start ;;
        memory) install_missing python3 && { python3 "$here/process/memory.py" "$binary" || missed=1; } ;;
        calls) install_missing python3 sip-tester && { python3 "$here/process/stream.py" "$binary" || missed=1; } ;;
        *) die "there is no part '$part'" ;;
    esac
done
((missed == 0)) || echo "a goal was missed"
exit "$missed"
