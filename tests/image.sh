#!/usr/bin/env bash
# Builds the image and tries it on emulated boards: tests/image.sh [--long] [--only CASE,...]
# The static binary must be in out/linux-arm64-static (publish-profiles/publish.sh). Needs root for a network of its own.
# The last line is "N passed, N failed".
#   KEEP=FOLDER   build into this folder, and leave it
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$root/publish-profiles/debian.sh"

install_missing qemu-system-arm u-boot-qemu device-tree-compiler python3 sip-tester mtools dosfstools fdisk e2fsprogs cpio kmod zstd u-boot-tools \
    binutils openssl iproute2 util-linux
PATH=$PATH:/usr/sbin:/sbin
binary=$root/out/linux-arm64-static/edgepbx
if [[ ${KEEP:-} ]]; then
    work=$KEEP
    mkdir -p "$work"
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
start=$SECONDS
: "${ZSTD_LEVEL:=9}"
export ZSTD_LEVEL
now=$(date +%s)

"$root/board/make-key.sh" "$work/keys" >/dev/null
export UPDATE_KEY=$work/keys/update.pub
VERSION=0.1.0 BUILT=$now "$root/board/build-image.sh" "$work"
tree=$("$root/board/fetch.sh")

emulator() {
    # Variables of U-Boot for the board that has no card for them; the other board's U-Boot and device tree.
    mkenvimage -s 0x40000 -o "$work/emulator.env" "$root/tests/image/emulator.env.txt"
    cp "$tree/usr/lib/u-boot/rpi_arm64/u-boot.bin" "$work/u-boot.bin"
    cp "$tree"/usr/lib/linux-image-*/broadcom/bcm2837-rpi-3-b.dtb "$work/rpi3.dtb"
    # QEMU's has no timer: it resets the machine as soon as it is switched on.
    fdtput -t s "$work/rpi3.dtb" /soc/watchdog@7e100000 status disabled
}

# A network of its own: nobody else's ports, and nobody else is reached.
alone() { unshare --net bash -c 'ip link set lo up && exec "$@"' - python3 "$@"; }

# A slot's content, and an update, made of the same parts with another version: slot, update NAME VERSION SECONDS [OVERLAY]
slot() {
    printf 'version=%s\nbuilt=%s\n' "$2" $((now + $3)) >"$work/release"
    OVERLAY=${4:-} "$root/board/make-slot.sh" "$tree" "$binary" "$work/release" "$UPDATE_KEY" "$work/$1.slot"
}
update() {
    slot "$@"
    "$root/board/make-update.sh" "$work/$1.slot" "$work/keys/update.key" "$work/$1.update" >/dev/null
}
emulator
if [[ ${1:-} == --start-time ]]; then # what board/start-time.sh wants
    printf 'version=empty\nbuilt=%s\n' "$now" >"$work/release"
    OVERLAY=$EMPTY "$root/board/make-slot.sh" "$tree" "$binary" "$work/release" '' "$work/empty.slot"
    alone "$root/tests/image/start_time.py" "$work" "$2"
    exit
fi
update good 0.1.1 1
# What an update may be: one whose first program ends at once; one that answers phones, and whose self-test finds no ports for its own;
# one in which nothing reaches 127.0.0.1, so that the exchange does not answer itself either.
script=etc/init.d/start
for broken in no-init no-ports no-loopback; do
    mkdir -p "$work/$broken/etc/init.d"
done
printf '#!/bin/busybox sh\nexit 1\n' >"$work/no-init/init"
chmod 755 "$work/no-init/init"
update no-init 0.1.2 2 "$work/no-init"
if [[ " $* " == *" --long "* ]]; then
    { cat "$root/board/root/$script" && echo 'echo 61000 61001 >/proc/sys/net/ipv4/ip_local_port_range'; } >"$work/no-ports/$script"
    grep -v 'ip link set lo up' "$root/board/root/$script" >"$work/no-loopback/$script"
    chmod 755 "$work/no-ports/$script" "$work/no-loopback/$script"
    update no-ports 0.1.2 3 "$work/no-ports"
    update no-loopback 0.1.2 4 "$work/no-loopback"
    # Versions that run already and are not ready: one of those, and one whose exchange crashes as soon as it starts.
    slot never-ready 0.1.0 0 "$work/no-ports"
    mkdir -p "$work/crashes/etc/init.d"
    sed 's/as_exchange edgepbx run .*/sh -c "exit 70"/' "$root/board/root/etc/init.d/exchange" >"$work/crashes/etc/init.d/exchange"
    chmod 755 "$work/crashes/etc/init.d/exchange"
    slot crashes 0.1.0 0 "$work/crashes"
fi

# One in which something happens to the exchange.
mkdir -p "$work/watched/etc/init.d"
cp "$root"/tests/image/watched/etc/init.d/* "$work/watched/etc/init.d"
cp "$root/board/root/etc/init.d/exchange" "$work/watched/etc/init.d/exchange-itself"
{ cat "$root/board/root/etc/inittab" && echo '::once:/etc/init.d/story'; } >"$work/watched/etc/inittab"
slot watched 0.1.0 0 "$work/watched"

echo "ok   the image and its updates are built ($((SECONDS - start)) s)"

alone "$root/tests/image/run.py" "$work" "$@"
