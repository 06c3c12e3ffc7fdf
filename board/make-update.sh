#!/usr/bin/env bash
# Signs a slot's content (slot.img of build-image.sh) as an update: make-update.sh SLOT_IMG SECRET_KEY OUT
# On a USB stick, under a name like edgepbx-1.2.update, machines that trust the key install it by themselves.
set -euo pipefail

board=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$board/../publish-profiles/debian.sh"

(($# == 3)) || die "usage: make-update.sh SLOT_IMG SECRET_KEY OUT"
slot=$1 key=$2 out=$3
install_missing openssl
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The slot's head has its variables behind a checksum, with zeros between them.
variable() { tail -c +5 "$slot" | head -c 508 | tr '\0' '\n' | sed -n "s/^pbx_$1=//p"; }
[[ $(variable built) ]] || die "$slot is no slot's content."
head=4096
{
    echo edgepbx-update=1
    echo "version=$(variable version)"
    echo "built=$(variable built)"
    echo "size=$(stat -c %s "$slot")"
    echo "sha256=$(sha256sum <"$slot" | cut -d ' ' -f 1)"
} >"$work/signed"
{
    cat "$work/signed"
    echo "signature=$(openssl dgst -sha256 -sign "$key" "$work/signed" | base64 -w 0)"
} >"$work/head"
text=$(stat -c %s "$work/head")
head -c $((head - text)) /dev/zero | tr '\0' '\n' >>"$work/head"
cat "$work/head" "$slot" >"$out"
echo "$out: version $(variable version), $(stat -c %s "$out") bytes"
