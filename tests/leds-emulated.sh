#!/usr/bin/env bash
# The lamps on an emulated board: leds-emulated.sh BINARY [STORY...]     BINARY is the static arm64 one.
# Boots Debian's arm64 kernel with it under QEMU, places calls from this machine, and compares what the GPIO lines did, as QEMU
# itself tells it, with the pictures of the card that the binary prints. Without stories: all of them, three at a time; they are
# `rgb`, `lines`, `named`, `reset` and `pi`. The last line is "N passed, N failed".
set -euo pipefail

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$tests/../publish-profiles/debian.sh"

(($# >= 1)) || die "usage: leds-emulated.sh BINARY [STORY...]"
[[ -s $1 ]] || die "there is no binary $1; publish-profiles/publish.sh linux-arm64-static makes it."
binary=$(realpath "$1")
shift
(($#)) || set -- rgb lines named reset pi
install_missing clang-14 lld-14 cpio device-tree-compiler kmod python3 qemu-system-arm qemu-user-static

tree=$("$tests/../board/fetch.sh")
version=$(ls "$tree/lib/modules")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The RAM root: busybox, the binary, the modules in the order in which they need each other.
root=$work/root
mkdir -p "$root"/{bin,boards,data,dev,modules,proc,sys,tmp}
install -m 755 "$tree/bin/busybox" "$root/bin/busybox"
install -m 755 "$binary" "$root/bin/edgepbx"
install -m 755 "$tests/leds/init" "$root/init"
clang-14 --target=aarch64-linux-gnu -nostdlib -static -fuse-ld=lld-14 -ffreestanding -Wall -Werror -O1 -o "$root/bin/limit" "$tests/leds/limit.c"
install -m 644 "$tests"/leds/boards/*.toml "$root/boards"
install -m 644 "$tests/../board/rpi3b/board.toml" "$root/boards/rpi3b.toml"
number=10
for module in virtio_pci virtio_net leds_gpio ledtrig_timer; do
    while read -r file; do
        compgen -G "$root/modules/*-${file##*/}" >/dev/null || install -m 644 "$file" "$root/modules/$((number++))-${file##*/}"
    done < <(PATH=$PATH:/usr/sbin:/sbin modprobe -d "$tree" -S "$version" -C /dev/null -D "$module" | awk '$1 == "insmod" { print $2 }')
done
(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet) | gzip -1 >"$work/root.gz"

# A device tree in which the kernel knows two of the lamps by name; that of the calls is active low.
qemu-system-aarch64 -M virt,gic-version=2,acpi=off,dumpdtb="$work/virt.dtb" -cpu cortex-a53 -smp 2 -m 256 -nic none -display none 2>"$work/said" ||
    die "QEMU gives no device tree: $(cat "$work/said")"
chip=$(fdtget -t x "$work/virt.dtb" /pl061@9030000 phandle)
fdtput -p -t s "$work/virt.dtb" /pbx-leds compatible gpio-leds
for lamp in system:0:0 calls:1:1; do
    IFS=: read -r name line flags <<<"$lamp"
    fdtput -p -t s "$work/virt.dtb" "/pbx-leds/$name" label "pbx:green:$name"
    fdtput -t x "$work/virt.dtb" "/pbx-leds/$name" gpios "$chip" "$line" "$flags"
done

qemu-aarch64-static "$binary" leds explain >"$work/card"
python3 "$tests/leds/emulated.py" --kernel "$tree/boot/vmlinuz-$version" --root "$work/root.gz" --card "$work/card" --dtb "$work/virt.dtb" \
    --pi "$tree/usr/lib/linux-image-$version/broadcom/bcm2837-rpi-3-b.dtb" "$@"
