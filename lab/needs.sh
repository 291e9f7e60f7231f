# Sourced by lab/up: what the machine must have, and the packages.
# shellcheck shell=bash

missing_packages() {
    local package
    for package in $LAB_PACKAGES; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
    done
}

free_mib() { df --output=avail -BM "$1" | tail -1 | tr -dc 0-9; }

namespaces_work() { unshare --mount --uts --ipc --net --pid --fork --mount-proc true; }

overlay_works() {
    local folder status
    folder=$(mktemp -d)
    # shellcheck disable=SC2016  # expanded by the inner shell
    unshare --mount bash -ec 'mount --make-rprivate / && mount -t tmpfs lab-check "$0" && mkdir "$0/u" "$0/w" "$0/r" &&
        mount -t overlay overlay -o "lowerdir=/,upperdir=$0/u,workdir=$0/w" "$0/r"' "$folder"
    status=$?
    rmdir "$folder"
    return $status
}

# link_works TYPE [ARGUMENT...]: can the kernel make such an interface?
link_works() { unshare --net ip link add lab-check type "$@"; }

# Say all that is lacking, before anything is changed.
check_needs() {
    local packages=$1 lacks=() available space kind other
    [ "$(. /etc/os-release && echo "$ID $VERSION_ID")" = "debian 12" ] || [ -z "$packages" ] ||
        lacks+=("Debian 12, whose packages of OpenStack Zed are used (missing of them: $(wc -w <<<"$packages"))")
    if ! namespaces_work 2>/dev/null; then
        lacks+=("namespaces: unshare of mount, uts, ipc, net and pid fails (a container without privileges?)")
    else
        overlay_works 2>/dev/null || lacks+=("overlay file systems: mounting one over / with a tmpfs on top fails")
        if command -v ip >/dev/null; then
            for kind in "veth peer name lab-peer" bridge; do
                # shellcheck disable=SC2086
                link_works $kind 2>/dev/null ||
                    lacks+=("network interfaces of type ${kind%% *}: the kernel cannot make them")
            done
            if [ "$LAB_DRIVER" = lxb ]; then
                link_works vxlan id 1 dstport 4789 2>/dev/null ||
                    lacks+=("network interfaces of type vxlan: the kernel cannot make them (ovs does without)")
            fi
            other=$(ip -4 -o addr show | awk -v net="$LAB_MGMT." 'index($4, net) == 1 { print $2 }')
            [ -z "$other" ] || [ -n "$(hosts_up)" ] ||
                lacks+=("the network $LAB_MGMT.0/24: interface $other has it (another lab? or set LAB_MGMT)")
        fi
    fi
    [ -c /dev/net/tun ] || lacks+=("/dev/net/tun")
    [ "$LAB_VIRT" != kvm ] || [ -c /dev/kvm ] || lacks+=("/dev/kvm (or LAB_VIRT=qemu)")
    available=$(($(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo) / 1024))
    [ "$available" -ge "$LAB_NEED_MEMORY_MIB" ] ||
        lacks+=("memory: $LAB_NEED_MEMORY_MIB MiB, $available MiB are available")
    space=$(free_mib "$LAB_STATE")
    [ "$space" -ge "$LAB_NEED_STATE_MIB" ] ||
        lacks+=("disk: $LAB_NEED_STATE_MIB MiB in $LAB_STATE, $space MiB are free")
    space=$(free_mib /usr)
    [ -z "$packages" ] || [ "$space" -ge "$LAB_NEED_PACKAGES_MIB" ] ||
        lacks+=("disk: $LAB_NEED_PACKAGES_MIB MiB in /usr for packages, $space MiB are free")
    if [ -n "$packages" ] && [ -e /usr/sbin/policy-rc.d ]; then
        /usr/sbin/policy-rc.d mariadb start >/dev/null 2>&1
        [ $? = 101 ] || lacks+=("packages that start nothing: /usr/sbin/policy-rc.d is there and allows it")
    fi
    [ ${#lacks[@]} = 0 ] && return
    {
        echo "lab/up: this machine lacks what the lab needs; nothing was installed:"
        printf '  - %s\n' "${lacks[@]}"
    } >&2
    exit 1
}

# Install what is missing. The services of the packages are not started on the machine, nor do they set up databases.
install_packages() {
    local packages=$1 log=$LAB_STATE/logs/apt.log
    say "installing: $packages"
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
    fi
    debconf-set-selections <"$LAB_DIR/templates/debconf-selections" 2>/dev/null
    apt-get update -qq -o DPkg::Lock::Timeout=900 >"$log" 2>&1 || say "apt-get update had errors, see $log"
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=900 \
        -o Dpkg::Options::=--force-confold $packages </dev/null >>"$log" 2>&1 9>&- || {
        tail -20 "$log" >&2
        die "packages could not be installed, see $log"
    }
    if [ -n "$(trap -p EXIT)" ]; then
        rm -f /usr/sbin/policy-rc.d
        trap - EXIT
    fi
    say "packages installed"
}
