# Sourced by the other scripts: where we are, and how packages are installed.

set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

# install KIND...: install the packages of these kinds that are missing (Debian and its kin), and for
# "test" those of Node.js, from the registry that npm is set up for.
install() {
    install_packages "$@"
    case " $* " in *' test '*) install_node ;; esac
}

# What a package provides is there, too: that of Node.js' own makers brings npm along.
install_packages() {
    missing=
    there=" $(dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' 2>/dev/null |
        sed -n 's/^installed //p' | sed 's/([^)]*)//g' | tr ',\n' '  ') "
    for kind in "$@"; do
        for package in $(sed 's/#.*//' script/packages | awk -v kind="$kind" '$2 == kind { print $1 }'); do
            case $there in *" $package "*) ;; *) missing="$missing $package" ;; esac
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

install_node() {
    for folder in tests/openapi web; do
        install_node_in $folder || return
    done
}

install_node_in() {
    [ -f "$1/node_modules/.package-lock.json" ] &&
        [ -z "$(find "$1/package-lock.json" -newer "$1/node_modules/.package-lock.json")" ] && return
    echo "Installing what $1/package-lock.json names"
    for attempt in 1 2 3; do
        npm ci --prefix "$1" --no-audit --no-fund --ignore-scripts --loglevel=error && return
        echo "attempt $attempt failed"
    done
    return 1
}

# build_in FOLDER [MESON OPTION...]: configure, then compile what changed (of $targets, or of everything).
build_in() {
    folder=$1
    shift
    if [ ! -f "$folder/build.ninja" ]; then
        meson setup "$folder" "$@" >/dev/null
    elif [ $# -gt 0 ]; then
        meson configure "$folder" "$@" >/dev/null
    fi
    # shellcheck disable=SC2086
    ninja -C "$folder" --quiet ${targets:-}
}
