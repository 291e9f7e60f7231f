# Sourced by the other scripts: where we are, and how packages are installed.

set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

# install KIND...: install the packages of these kinds that are missing (Debian and its kin).
install() {
    missing=
    for kind in "$@"; do
        for package in $(sed 's/#.*//' script/packages | awk -v kind="$kind" '$2 == kind { print $1 }'); do
            dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
                missing="$missing $package"
        done
    done
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null; then
        echo "These packages are missing, and apt-get is not here to install them:$missing" >&2
        exit 1
    fi
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    echo "Installing:$missing"
    $as_root apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends $missing >/dev/null
}

# build_in FOLDER [MESON OPTION...]: configure, then compile what changed.
build_in() {
    folder=$1
    shift
    if [ ! -f "$folder/build.ninja" ]; then
        meson setup "$folder" "$@" >/dev/null
    elif [ $# -gt 0 ]; then
        meson configure "$folder" "$@" >/dev/null
    fi
    ninja -C "$folder" --quiet
}
