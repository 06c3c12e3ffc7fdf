#!/usr/bin/env bash
# Makes the RAM root, a compressed cpio archive that the kernel unpacks: make-root.sh TREE BINARY RELEASE KEY OUT
# TREE is what fetch.sh printed, BINARY the static edgepbx, RELEASE the file with version and build time, KEY the public key
# of updates or '' for none. Equal inputs give equal bytes.
#   OVERLAY=FOLDER   files that take the place of those of board/root
set -euo pipefail

board=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$board/../publish-profiles/debian.sh"

(($# == 5)) || die "usage: make-root.sh TREE BINARY RELEASE KEY OUT"
tree=$1 binary=$2 release=$3 key=$4 out=$5

# What is in the key's file gets into every image and every update: nothing secret may be. And a key of another kind would take no update.
is_public() {
    [[ -s $1 && $(<"$1") == "$(openssl pkey -pubin -in "$1" -pubout)" ]] && openssl pkey -pubin -in "$1" -noout -text_pub | grep -q prime256v1
} 2>/dev/null
[[ ! $key ]] || is_public "$key" ||
    die "$key does not hold a public key and nothing else, as update.pub of make-key.sh does; what is in it would be in every image."

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

mkdir -p "$root"/{bin,data,dev,etc/edgepbx,lib,mnt,proc,run,sbin,sys,tmp,usr,var/lib}
cp -rP "$board/root/." "$root"
[[ ! ${OVERLAY:-} ]] || cp -rP "$OVERLAY/." "$root"
install -m 755 "$tree/bin/busybox" "$root/bin/busybox"
install -m 755 "$binary" "$root/bin/edgepbx"
install -m 644 "$release" "$root/etc/edgepbx/release"
for file in "$board"/*/board.toml; do
    name=${file%/board.toml}
    [[ ! -e $file ]] || install -D -m 644 "$file" "$root/etc/edgepbx/boards/${name##*/}.toml"
done
[[ ! $key ]] || install -m 644 "$key" "$root/etc/edgepbx/update.pub"

# Programs of Debian, and the libraries that they name.
libraries() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p'; }
add_libraries() {
    local name file
    for name in $(libraries "$1"); do
        [[ ! -e $root/lib/$name ]] || continue
        file=$(find "$tree"/{lib,usr/lib}/aarch64-linux-gnu "$tree/lib" -maxdepth 1 -name "$name" | head -n 1)
        [[ $file ]] || die "$1 needs $name, and no fetched package has it."
        install -m 755 "$file" "$root/lib/$name"
        add_libraries "$file"
    done
}
for program in sbin/e2fsck sbin/mke2fs sbin/resize2fs usr/bin/setpriv usr/sbin/ntpd usr/sbin/avahi-daemon; do
    install -m 755 "$tree/$program" "$root/sbin/"
    add_libraries "$tree/$program"
done
install -m 644 "$tree/etc/mke2fs.conf" "$root/etc/mke2fs.conf"

# The modules, with those that they need, uncompressed: the archive is compressed as a whole.
version=$(ls "$tree/lib/modules")
modules=$tree/lib/modules/$version
lists=("$board/modules.txt")
[[ ! -e $modules/kernel/drivers/misc/rp1 ]] || lists+=("$board/modules-rpi5.txt")
while read -r -a names; do
    for name in "${names[@]}"; do
        files=$(modprobe -d "$tree" -S "$version" -C /dev/null -D "$name") || die "the kernel $version has no module $name."
        awk '$1 == "insmod" { print $2 }' <<<"$files"
    done
done < <(grep -hv '^#' "${lists[@]}") | sort -u | while read -r file; do
    install -D -m 644 "$file" "$root/lib/modules/$version/${file#"$modules/"}"
done
cp "$modules"/modules.{order,builtin,builtin.modinfo} "$root/lib/modules/$version/"
depmod -b "$root" "$version"
# busybox reads the text files.
rm -f "$root/lib/modules/$version"/*.bin

find "$root" -exec touch -h -d "@$(sed -n 's/^built=//p' "$release")" {} +
(cd "$root" && find . -mindepth 1 -print0 | LC_ALL=C sort -z | cpio --null -o -H newc -R 0:0 --reproducible --quiet) |
    zstd -q "-${ZSTD_LEVEL:-19}" -T2 -o "$out" -f
