#!/usr/bin/env bash
# Runs the service under a real systemd, as board/debian/README.md installs it: tests/systemd.sh BINARY [--only CASE,...]
# A minimal Debian 12 is booted in namespaces of this machine by systemd-nspawn. Needs root; nothing leaves the machine's own loopback.
# The last line is "N passed, N failed".
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$root/publish-profiles/debian.sh"

(($#)) || die "usage: systemd.sh BINARY [--only CASE,...]"
binary=$(realpath "$1")
shift
install_missing systemd-container mmdebstrap python3 iproute2 util-linux

# The tree is made once and kept; the systemd on offer is part of its name, so that a fix makes a new one.
packages=systemd-sysv,dbus,procps,sudo,libssl3
cache=${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/edgepbx
version=$(on_offer systemd)
tree=$cache/systemd-$suite-${version//[^A-Za-z0-9.+~-]/_}
if [[ ! -e $tree ]]; then
    mkdir -p "$cache"
    new=$(mktemp -d "$cache/new.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    debian_sources >"$new/sources"
    mmdebstrap --quiet --mode=root --variant=essential --include="$packages" --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' "$suite" "$new/tree" "$new/sources"
    # Another run may have been quicker: its tree is as good.
    mv -T "$new/tree" "$tree" 2>/dev/null || [[ -e $tree ]]
fi

# A network of its own: nobody else's ports, and nobody else is reached.
unshare --net bash -c 'ip link set lo up && exec "$@"' - python3 "$root/tests/systemd/run.py" "$tree" "$binary" "$@"
