#!/usr/bin/env bash
# Fetches what the image is made of from Debian, for arm64, and unpacks it: fetch.sh   prints the folder.
# Kernel, busybox, the tools of ext4, openntpd, Avahi, the firmware and the U-Boot of Raspberry Pi boards. No foreign code is run;
# this machine's own packages and package lists stay as they are. The folder is kept, and made anew when Debian has newer packages.
#   KERNEL=backports   kernel of Debian 13's backports and U-Boot of Debian 13, which know the Raspberry Pi 5 as well
set -euo pipefail

board=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$board/../publish-profiles/debian.sh"

names=(raspi-firmware u-boot-rpi busybox-static            # and the kernel, whose name has its version in it
    e2fsprogs libext2fs2 libcom-err2 libblkid1 libuuid1 # the data partition's tools
    openntpd util-linux libcap-ng0 libc6
    avahi-daemon libavahi-common3 libavahi-core7 libdaemon0 libexpat1 libdbus-1-3 # its name in the network, and what that loads
    libsystemd0 libcap2 libgcrypt20 libgpg-error0 liblzma5 libzstd1 liblz4-1)

cache=${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/edgepbx
apt=$cache/board-apt
mkdir -p "$apt"/{lists,archives}/partial

# Another run may be at it.
exec 9>"$apt/lock"
flock 9

sources=$(debian_sources)
while read -r deb uri release _; do
    # The firmware's component lies beside main on the same mirror.
    echo "$deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $release main non-free-firmware"
done <<<"$sources" >"$apt/sources.list"
: >"$apt/status" >"$apt/preferences"
if [[ ${KERNEL:-} == backports ]]; then
    install_missing xz-utils
    read -r _ uri _ < <(grep " $suite main" <<<"$sources")
    for release in trixie trixie-backports; do
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $release main"
    done >>"$apt/sources.list"
    # From there come these two, and nothing else.
    cat >"$apt/preferences" <<'PREFERENCES'
Package: *
Pin: release n=trixie*
Pin-Priority: -1

Package: linux-image-* linux-base-* linux-binary-* linux-modules-*
Pin: release n=trixie-backports
Pin-Priority: 990

Package: u-boot-rpi
Pin: release n=trixie
Pin-Priority: 990
PREFERENCES
fi
cat >"$apt/apt.conf" <<CONF
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "$apt/preferences";
Dir::Etc::preferencesparts "/dev/null";
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
CONF
export APT_CONFIG=$apt/apt.conf

apt-get -qq update || die "apt-get update failed for arm64 (its own words are above)."
kernel=$(apt-cache depends linux-image-arm64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
[[ $kernel ]] || die "Debian offers no linux-image-arm64 here."
mapfile -t parts < <(apt-cache depends "$kernel" | sed -n 's/^ *Depends: \(linux-\(base\|binary\|modules\)-[0-9].*\)/\1/p')
names+=("$kernel" "${parts[@]}")
version=${kernel#linux-image-}

# What is on offer decides the name of the folder.
layout=1 # of the folder; a higher number makes all of them anew
offer=$(apt-cache policy "${names[@]}" | awk '/^[^ ]/ { name = $1 } /Candidate:/ { print name, $2 }')
tree=$cache/board-$suite-$(sha256sum <<<"$layout $offer" | cut -c 1-16)
if [[ ! -e $tree ]]; then
    new=$(mktemp -d "$cache/new.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    (cd "$new" && apt-get -qq download "${names[@]}") || die "apt-get could not download ${names[*]} (its own words are above)."
    for file in "$new"/*.deb; do
        dpkg-deb -x "$file" "$new"
        rm "$file"
    done
    # Debian 13 has all of a kernel in one folder, and its modules compressed: here it lies as in Debian 12.
    if [[ -e $new/usr/lib/modules/$version/vmlinuz ]]; then
        mkdir -p "$new"/{boot,lib}
        mv "$new/usr/lib/modules" "$new/lib/modules"
        mv "$new/lib/modules/$version/vmlinuz" "$new/boot/vmlinuz-$version"
        mv -T "$new/lib/modules/$version/dtb" "$new/usr/lib/linux-image" # there is a link with the version in its name
        ln -sfn linux-image "$new/usr/lib/linux-image-$version"
        find "$new/lib/modules" -name '*.ko.xz' -exec xz -d {} +
    fi
    gzip -9n <"$new/boot/vmlinuz-$version" >"$new/boot/Image.gz"
    depmod -b "$new" "$version"
    echo "$offer" >"$new/PACKAGES"
    chmod 755 "$new"
    mv -T "$new" "$tree"
    trap - EXIT
fi
echo "$tree"
