#!/usr/bin/env bash
# Makes the pair of keys with which updates are signed and checked: make-key.sh FOLDER   (not in this project's folder)
# Leaves FOLDER/update.key, which is secret, and FOLDER/update.pub, which build-image.sh puts into the image (UPDATE_KEY).
set -euo pipefail

board=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$board/../publish-profiles/debian.sh"

(($# == 1)) || die "usage: make-key.sh FOLDER"
install_missing openssl
umask 077
mkdir -p "$1"
[[ ! -e $1/update.key ]] || die "there is a key in $1 already; machines in the field trust it, so it is not replaced."
[[ $(cd "$1" && pwd -P)/ != "${board%/*}"/* || $1 == */out/* || $1 == out/* ]] ||
    die "$1 is inside the project, where a secret key could be committed; choose a folder elsewhere."
openssl ecparam -name prime256v1 -genkey -noout -out "$1/update.key"
openssl ec -in "$1/update.key" -pubout -out "$1/update.pub" 2>/dev/null
chmod 644 "$1/update.pub"
echo "keep $1/update.key secret and safe: without it no machine with $1/update.pub can be updated"
