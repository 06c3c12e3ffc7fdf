#!/usr/bin/env bash
# Builds the image for the memory card of 64-bit Raspberry Pi boards: build-image.sh OUTDIR [BINARY]
# Leaves OUTDIR/edgepbx.img, the same compressed as edgepbx.img.zst, and slot.img, of which make-update.sh makes an update.
# BINARY is the static edgepbx (default: out/linux-arm64-static/edgepbx, see publish-profiles). No root, no mount, no loop device.
#   UPDATE_KEY=FILE    the public key (PEM) whose updates the image takes; without it takes none. make-key.sh makes a pair. A secret
#                      key is refused
#   ZSTD_LEVEL=NUMBER  less than 19 is quicker and larger
#   KERNEL=backports   a newer kernel and U-Boot, for the Raspberry Pi 5 as well (fetch.sh)
#   VERSION, BUILT     what the image calls itself (default: the project's version and the time of its last commit)
set -euo pipefail

board=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
project=${board%/*}
# shellcheck source=../publish-profiles/debian.sh
source "$project/publish-profiles/debian.sh"

# MiB. README.md says why; the end is a power of two, as the emulated boards want.
boot_at=12 slot_a_at=44 slot_b_at=108 data_at=172 end=256

(($# >= 1 && $# <= 2)) || die "usage: build-image.sh OUTDIR [BINARY]"
mkdir -p "$1"
out=$(cd "$1" && pwd -P)
binary=${2:-$project/out/linux-arm64-static/edgepbx}
[[ -x $binary ]] || die "there is no $binary; publish-profiles/publish.sh linux-arm64-static out/linux-arm64-static makes it."
key=${UPDATE_KEY:-}
[[ ! $key || -r $key ]] || die "the key $key can't be read."
PATH=$PATH:/usr/sbin:/sbin
install_missing mtools dosfstools fdisk e2fsprogs cpio kmod zstd u-boot-tools binutils openssl
tree=$("$board/fetch.sh")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: "${VERSION:=$(sed -n 's/.*<Version>\(.*\)<.*/\1/p' "$project/Directory.Build.props")}"
: "${BUILT:=$(git -C "$project" log -1 --format=%ct 2>/dev/null || date +%s)}"
printf 'version=%s\nbuilt=%s\n' "$VERSION" "$BUILT" >"$work/release"
export SOURCE_DATE_EPOCH=$BUILT

"$board/make-slot.sh" "$tree" "$binary" "$work/release" "$key" "$out/slot.img"
(($(stat -c %s "$out/slot.img") <= (slot_b_at - slot_a_at) << 20)) || die "the slot's content is larger than a slot."

# The boot partition: firmware, U-Boot, device trees. The firmware of a Pi 3 asks for the 2710 names.
boot=$work/boot
mkdir "$boot"
cp "$tree"/usr/lib/raspi-firmware/{bootcode.bin,start.elf,fixup.dat,start4.elf,fixup4.dat} "$boot"
cp "$tree/usr/lib/u-boot/rpi_arm64/u-boot.bin" "$board/boot/config.txt" "$board/boot/network.txt" "$boot"
for name in bcm2837-rpi-{3-a-plus,3-b,3-b-plus,zero-2-w} bcm2711-rpi-{4-b,400,cm4-io}; do
    cp "$tree"/usr/lib/linux-image-*/broadcom/"$name.dtb" "$boot"
    [[ $name != bcm2837-* ]] || cp "$boot/$name.dtb" "$boot/bcm2710-${name#*-}.dtb"
done
[[ ${KERNEL:-} != backports ]] || cp "$tree"/usr/lib/linux-image-*/broadcom/bcm2712-{,d-}rpi-5-b.dtb "$boot"
mkenvimage -s 0x4000 -o "$boot/uboot.env" "$board/boot/uboot.env.txt"
mkimage -A arm64 -T script -C none -d "$board/boot/boot.cmd" "$boot/boot.scr" >/dev/null

img=$out/edgepbx.img
rm -f "$img"
truncate -s ${end}M "$img"
put() { dd if="$1" of="$img" bs=1M seek="$2" conv=notrunc,sparse status=none; }

# The table claims a terabyte for the last partition: the kernel cuts it off where the card ends, so the table is never
# written again. ("Edge" is how the machine tells its card from others.)
truncate -s 1T "$work/table"
sfdisk -q "$work/table" <<TABLE
label: dos
label-id: 0x65676445
start=${boot_at}MiB, size=$((slot_a_at - boot_at))MiB, type=e, bootable
start=${slot_a_at}MiB, size=$((slot_b_at - slot_a_at))MiB, type=da
start=${slot_b_at}MiB, size=$((data_at - slot_b_at))MiB, type=da
start=${data_at}MiB, type=83
TABLE
head -c 512 "$work/table" >"$work/mbr"
put "$work/mbr" 0

# Slot A is the one to start; both copies of the slot state say so.
for copy in 1 2; do
    mkenvimage -s 512 -p 0 -o "$work/state" - <<STATE
pbx_seq=$copy
pbx_slot=A
pbx_trial=-
pbx_tries=0
STATE
    put "$work/state" $((4 * copy))
done

truncate -s $((slot_a_at - boot_at))M "$work/fat"
mkfs.vfat -F 16 -n EDGEPBX -i 65676445 "$work/fat" >/dev/null
mcopy -i "$work/fat" "$boot"/* ::
put "$work/fat" $boot_at
put "$out/slot.img" $slot_a_at

truncate -s $((end - data_at))M "$work/ext4"
mke2fs -q -t ext4 -b 4096 -J size=8 -m 1 -L edgepbx-data "$work/ext4"
put "$work/ext4" $data_at

zstd -q -f -T2 "$img" -o "$img.zst"
echo "$img: $VERSION built $(date -u -d "@$BUILT" +%F), $(stat -c %s "$img.zst") bytes compressed"
