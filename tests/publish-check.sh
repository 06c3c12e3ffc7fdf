#!/usr/bin/env bash
# Checks published arm64 binaries on this machine, emulated: publish-check.sh OUTDIR_ARM64 OUTDIR_STATIC
# The static one runs in a root that holds nothing but itself, the dynamic one with the libraries of Debian 12.
# One line a check, `ok` or `FAIL`; the last line counts them.
set -euo pipefail

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "${tests%/*}/publish-profiles/debian.sh"

# What a board's image and its updates are planned with; a binary that outgrows them is looked at before it ships.
# They also notice when publish-profiles/gpio.substitution.xml names nothing any more, which is 0.7 MB.
dynamic_limit=9700000
static_limit=14400000
newest_glibc=2.34 # so that Raspberry Pi OS 12 (glibc 2.36) and later run the dynamic one
seconds=60        # an emulated start takes one

passed=0 failed=0

ok() {
    passed=$((passed + 1))
    echo "ok   $1"
}

fail() {
    failed=$((failed + 1))
    echo "FAIL $1: $2"
}

# check NAME CONDITION-COMMAND... : the command's success is the result.
check() {
    local name=$1 words
    shift
    if words=$("$@" 2>&1); then ok "$name"; else fail "$name" "${words:-it is not so}"; fi
}

# expect NAME STATUS PATTERN COMMAND... : it ends with that status, and what it prints matches the pattern.
expect() {
    local name=$1 status=$2 pattern=$3 words=$work/words got=0
    shift 3
    timeout "$seconds" "$@" >"$words" 2>&1 </dev/null || got=$?
    if [[ $got != "$status" ]]; then
        fail "$name" "ended with $got, not $status: $(tail -n 15 "$words" | tr '\n' ' ')"
    elif ! grep -Eq -- "$pattern" "$words"; then
        fail "$name" "nothing like '$pattern' in: $(tail -n 5 "$words" | tr '\n' ' ')"
    else
        ok "$name"
    fi
}

is_arm64() { readelf -h "$1" | grep -q 'Machine: *AArch64'; }
is_pie() { readelf -h "$1" | grep -q 'Type: *DYN'; }
is_below() { (($(stat -c %s "$1") < $2)) || { echo "$(stat -c %s "$1") bytes" && false; }; }
has_its_symbols() { [[ $(build_id "$1") ]] && [[ $(build_id "$1") == "$(build_id "$1.dbg")" ]]; }
build_id() { readelf -nW "$1" | awk '/Build ID:/ { print $3 }'; }
needed() { readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p'; }
needs_nothing() { [[ -z $(needed "$1") ]] && ! readelf -lW "$1" | grep -q INTERP; }
needs_only_glibc() { ! needed "$1" | grep -Ev '^(lib(c|m|dl|rt|pthread)|ld-linux-aarch64)\.so\.[0-9]+$'; }
has_openssl_inside() { grep -aq 'OpenSSL 3\.[0-9]' "$1"; }

glibc_is_old_enough() {
    local newest
    newest=$(readelf -VW "$1" | grep -o 'GLIBC_2[.0-9]*' | sort -Vu | tail -n 1)
    [[ $(printf '%s\n' "$newest" "GLIBC_$newest_glibc" | sort -V | tail -n 1) == "GLIBC_$newest_glibc" ]] || { echo "$newest" && false; }
}

# What holds of either binary before it runs: about NAME BINARY LIMIT
about() {
    check "$1 is for arm64" is_arm64 "$2"
    check "$1 can be loaded anywhere (PIE)" is_pie "$2"
    check "$1 is smaller than $3 bytes" is_below "$2" "$3"
    check "$1 matches its symbols" has_its_symbols "$2"
}

# The verbs that need no network and no board: verbs NAME FOLDER COMMAND... , FOLDER being where the command sees the files.
verbs() {
    local name=$1 folder=$2
    shift 2
    expect "$name: version" 0 '[0-9]+\.[0-9]+\.[0-9]+' "$@" version
    expect "$name: check-config takes a good file" 0 '' "$@" check-config "$folder/good.toml"
    expect "$name: check-config names the line of a bad one" 2 'bad\.toml:2:' "$@" check-config "$folder/bad.toml"
    expect "$name: selftest" 0 '' "$@" selftest
    # It once died here of a table at an address that was not relocated. The emulator knows no io_uring.
    expect "$name: bench relay says a number of calls" 0 'This board: [1-9][0-9]* calls' "$@" bench relay --io epoll --config "$folder/good.toml"
}

(($# == 2)) || die "usage: publish-check.sh OUTDIR_ARM64 OUTDIR_STATIC"
for folder in "$@"; do
    [[ -s $folder/edgepbx ]] || die "there is no edgepbx in $folder; publish-profiles/publish.sh makes it."
done
dynamic=$(cd "$1" && pwd -P)/edgepbx
static=$(cd "$2" && pwd -P)/edgepbx
install_missing binutils mmdebstrap qemu-user-static
libraries=$(arm64_tree libraries libc6 libssl3 libgcc-s1)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bare=$work/root
mkdir -p "$bare/tmp"
cat >"$bare/good.toml" <<'TOML'
[sip]
listen = ["udp://127.0.0.1:5060"]

[[extension]]
number = "1001"
name = "Reception"
secret = "only-for-this-check"
TOML
sed 's/5060/70000/' "$bare/good.toml" >"$bare/bad.toml"
install -m 755 "$static" "$bare/edgepbx"
install -m 755 "$(command -v qemu-aarch64-static)" "$bare/qemu"
# Full paths: env -i leaves none, and sbin is not on every PATH.
enter=("$(PATH=$PATH:/usr/sbin command -v chroot)" "$bare")
((EUID == 0)) || enter=("$(command -v unshare)" --map-root-user "--root=$bare")

about 'dynamic' "$dynamic" "$dynamic_limit"
check 'dynamic needs glibc and nothing else' needs_only_glibc "$dynamic"
check "dynamic runs with glibc $newest_glibc" glibc_is_old_enough "$dynamic"
verbs 'dynamic' "$bare" env -i QEMU_LD_PREFIX="$libraries" qemu-aarch64-static "$dynamic"

about 'static' "$static" "$static_limit"
check 'static needs no library at all' needs_nothing "$static"
check 'static has OpenSSL inside' has_openssl_inside "$static"
verbs 'static' '' env -i "${enter[@]}" /qemu /edgepbx

echo "$passed passed, $failed failed"
((failed == 0))
