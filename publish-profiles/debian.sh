# shellcheck shell=bash
# Sourced by the scripts that need Debian packages on this machine, or an arm64 file tree made of them.

suite=bookworm # Debian 12: the glibc and the OpenSSL that the arm64 binaries are built with and checked against

die() {
    printf '%s\n' "${0##*/}: $1" "${@:2}" >&2
    exit 1
}

# Installs by name what is missing; says what to run when that takes a root we are not.
install_missing() {
    local name missing=()
    command -v dpkg-query >/dev/null ||
        die "this needs Debian's package tools, and dpkg-query is not here." "The packages it wants: $*"
    for name in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    ((EUID == 0)) || die "these Debian packages are missing, and only root can install them. Please run:" \
        "    sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}"
    echo "installing ${missing[*]}"
    # A new machine has no package lists, or old ones: they are fetched only if it does not go without.
    apt_install "${missing[@]}" >/dev/null 2>&1 && return 0
    apt-get update -q >/dev/null || die "apt-get update failed (its own words are above)."
    apt_install "${missing[@]}" >/dev/null || die "apt-get could not install ${missing[*]} (its own words are above)."
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

# Prints this machine's own sources of the suite, its updates and its security fixes, as sources.list lines.
debian_sources() {
    local lines
    lines=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v s="$suite" '($2 == s || $2 ~ "^" s "-(security|updates)$") && $3 == "main" { print "deb", $1, $2, $3 }' |
        sort -u)
    [[ $lines == *" $suite main"* ]] || die "apt knows no source for Debian 12 ($suite main), where the arm64 libraries come from." \
        "Add one to /etc/apt/sources.list.d, run apt-get update as root, and try again."
    echo "$lines"
}

# Prints the version of a package that apt would install, or nothing.
on_offer() {
    apt-cache policy "$1" | awk '/Candidate:/ && $2 != "(none)" { print $2 }'
}

# Prints the folder that holds the arm64 packages PACKAGE... unpacked: arm64_tree NAME PACKAGE...
# It is made once and kept; no foreign code is run. The OpenSSL version on offer is part of its name,
# so that a security fix makes a new tree instead of being passed over.
arm64_tree() {
    local name=$1 cache=${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/edgepbx sources version tree new link target
    shift
    sources=$(debian_sources) || exit
    version=$(on_offer libssl-dev)
    if [[ ! $version ]] && ((EUID == 0)); then
        apt-get update -q >/dev/null || die "apt-get update failed (its own words are above)."
        version=$(on_offer libssl-dev)
    fi
    [[ $version ]] || die "apt has no libssl-dev on offer; run apt-get update as root and try again."

    tree=$cache/$name-$suite-arm64-openssl-${version//[^A-Za-z0-9.+~-]/_}
    if [[ ! -e $tree ]]; then
        echo "making $tree" >&2
        mkdir -p "$cache"
        new=$(mktemp -d "$cache/new.XXXXXX")
        # A tar file in between leaves the owners behind, so that it works the same for root and others.
        mmdebstrap --quiet --mode=chrootless --variant=extract --architectures=arm64 --include="$*" "$suite" - - <<<"$sources" |
            tar -x -C "$new" --no-same-owner --exclude='./dev/*' ||
            { rm -rf "$new" && die "mmdebstrap could not fetch the arm64 packages (its own words are above)."; }
        # An absolute link leads out of the tree, to this machine's own libraries: make each one relative.
        while IFS= read -r link; do
            target=$(readlink "$link")
            [[ ! -e $new$target ]] || ln -snfr "$new$target" "$link"
        done < <(find "$new" -type l -lname '/*')
        chmod 755 "$new"
        # Another run may have been quicker: its tree is as good.
        mv -T "$new" "$tree" 2>/dev/null || rm -rf "$new"
    fi
    echo "$tree"
}
