#!/usr/bin/env bash
# Makes the content of a slot: make-slot.sh TREE BINARY RELEASE KEY OUT   (as make-root.sh)
# 4096 bytes with the head in the first 512, then the RAM root, then the compressed kernel. The head is a block of U-Boot
# variables with its checksum; it says where in the rest is what, and gives the checksum of the rest.
set -euo pipefail

board=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$board/../publish-profiles/debian.sh"

(($# == 5)) || die "usage: make-slot.sh TREE BINARY RELEASE KEY OUT"
tree=$1 release=$3 out=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Fills up to a multiple: pad FILE BYTES
pad() { truncate -s "%$2" "$1"; }

"$board/make-root.sh" "${@:1:4}" "$work/content"
initrd=$(stat -c %s "$work/content")
pad "$work/content" 4096
kernel=$(stat -c %s "$work/content")
cat "$tree/boot/Image.gz" >>"$work/content"
pad "$work/content" 512

# Both ways round: one U-Boot's crc32 leaves it in memory as a number of the machine, another one's in network order.
read -r -a crc < <(gzip -1c <"$work/content" | tail -c 8 | head -c 4 | od -An -tx1)
mkenvimage -s 512 -p 0 -o "$work/head" - <<ENV
pbx_version=$(sed -n 's/^version=//p' "$release")
pbx_built=$(sed -n 's/^built=//p' "$release")
pbx_blocks=$(printf %x $(($(stat -c %s "$work/content") / 512)))
pbx_initrd=$(printf %x "$initrd")
pbx_kernel=$(printf %x "$kernel")
pbx_crc=${crc[3]}${crc[2]}${crc[1]}${crc[0]}
pbx_crc_swapped=${crc[0]}${crc[1]}${crc[2]}${crc[3]}
ENV
pad "$work/head" 4096
cat "$work/head" "$work/content" >"$out"
