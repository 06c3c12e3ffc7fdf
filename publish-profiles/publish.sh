#!/usr/bin/env bash
# Builds the EdgePbx binary: publish.sh PROFILE OUTDIR [ARGUMENTS FOR dotnet publish]
# Leaves OUTDIR/edgepbx and its symbols, OUTDIR/edgepbx.dbg. For x86-64 Debian 12; runs from any folder.
set -euo pipefail

profiles=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
project=${profiles%/*}/src/EdgePbx
# shellcheck source=debian.sh
source "$profiles/debian.sh"

known() {
    local path=("$profiles"/*.pubxml)
    path=("${path[@]##*/}")
    echo "${path[*]%.pubxml}"
}

(($# >= 2)) || die "usage: publish.sh PROFILE OUTDIR [ARGUMENTS FOR dotnet publish]" "profiles: $(known)"
profile=$1 out=$2
shift 2

case $profile in
    linux-x64) rid=linux-x64 needs=(gcc libc6-dev) ;;
    linux-arm64) rid=linux-arm64 needs=(clang-14 lld-14 llvm-14 libc6-dev-arm64-cross libgcc-12-dev-arm64-cross) ;;
    linux-arm64-static) rid=linux-arm64 needs=(clang-14 lld-14 llvm-14 cmake make mmdebstrap) ;;
    *) die "there is no profile '$profile'; the profiles are: $(known)" ;;
esac
[[ $(uname -sm) == 'Linux x86_64' ]] || die "this builds on x86-64 Linux, and this machine is $(uname -sm)."
command -v dotnet >/dev/null || die "the .NET SDK is not on the PATH; global.json says which version is wanted."
install_missing "${needs[@]}"
mkdir -p "$out" || die "the folder $out cannot be made."
out=$(cd "$out" && pwd -P)

if [[ $profile == linux-arm64-static ]]; then
    sysroot=$(arm64_tree sysroot libc6-dev libgcc-12-dev libssl-dev)
    # The SDK compiles its OpenSSL shim while publishing, with cmake, which takes the target from the environment;
    # without the library path it would find the libcrypto of this machine, or none.
    # (The shim's own source has unused values, which are not ours to warn of.)
    export CFLAGS="--target=aarch64-linux-gnu --sysroot=$sysroot -Wno-unused-value" LDFLAGS=-fuse-ld=lld
    export OPENSSL_ROOT_DIR=$sysroot/usr CMAKE_LIBRARY_PATH=$sysroot/usr/lib/aarch64-linux-gnu
    set -- "-p:SysRoot=$sysroot" "$@"
fi

# A compilation that stops at a warning leaves its object file, which the next run would take as good, and the
# linker step does not notice another profile or sysroot: the native part always starts from nothing.
rm -rf "$project"/{obj,bin}/Release/net10.0/"$rid"/{native,libs}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Quiet while it goes well: our own warnings are errors, and what else would show is cmake's remark on a switch of the SDK.
dotnet publish "$project" -nologo -tl:off -v:minimal "-p:PublishProfileFullPath=$profiles/$profile.pubxml" \
    -o "$work/out" "$@" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    die "dotnet publish failed for the profile $profile (its own words are above)."
}
[[ -s $work/out/edgepbx && -s $work/out/edgepbx.dbg ]] || die "dotnet publish went well, yet left no edgepbx with its symbols."
install -m 755 "$work/out/edgepbx" "$out/edgepbx"
install -m 644 "$work/out/edgepbx.dbg" "$out/edgepbx.dbg"
echo "$out/edgepbx: $(stat -c %s "$out/edgepbx") bytes"
