# Sourced by the lab's scripts: settings, messages, and running things inside lab hosts.
# shellcheck shell=bash

set -u
LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=settings
. "$LAB_DIR/settings"
SYSTEM_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH=$SYSTEM_PATH LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 no_proxy='*' NO_PROXY='*'
START=$(date +%s)

say() { printf '[%4ds] %s\n' $(($(date +%s) - START)) "$*"; }
die() {
    printf '%s: %s\n' "lab/${0##*/}" "$*" >&2
    exit 1
}

need_root() { [ "$(id -u)" = 0 ] || die "must be run as root (sudo)"; }

# One at a time: lab/up and lab/down hold this lock (file descriptor 9) until they end.
take_lock() {
    mkdir -p "$LAB_STATE/hosts" "$LAB_STATE/logs" "$LAB_STATE/keys" || die "$LAB_STATE cannot be made"
    exec 9>"$LAB_STATE/lock"
    flock -n 9 || die "another lab/up or lab/down is running"
}

host_ip() { echo "$LAB_MGMT.${LAB_NUMBER[$1]}"; }
data_ip() { echo "$LAB_DATA.${LAB_NUMBER[$1]}"; }
host_pid() { cat "$LAB_STATE/hosts/$1/pid" 2>/dev/null; }

# has_external HOST: has it an eth2 on the external network?
has_external() {
    [ "$1" = net1 ] || { [ "$LAB_PROVIDER" = all ] && [[ " $LAB_COMPUTES " = *" $1 "* ]]; }
}

# Is the recorded process really the first one of that lab host? (Process ids are used again.)
host_alive() {
    local pid name=
    pid=$(host_pid "$1") && [ -n "$pid" ] || return 1
    IFS= read -r -d '' name 2>/dev/null <"/proc/$pid/cmdline"
    [ "$name" = "calipso-lab-init $1" ]
} 2>/dev/null

# The hosts that are up, and those that are not.
hosts_up() { for host in $LAB_HOSTS; do host_alive "$host" && printf '%s ' "$host"; done; }
hosts_down() { for host in $LAB_HOSTS; do host_alive "$host" || printf '%s ' "$host"; done; }

# on HOST COMMAND...: run a command inside a lab host, as root with a clean environment.
on() {
    local host=$1
    shift
    nsenter -t "$(host_pid "$host")" -m -u -i -n -p -- /usr/bin/env -i PATH="$SYSTEM_PATH" HOME=/root LC_ALL=C.UTF-8 \
        TERM="${TERM:-dumb}" "$@" 9>&-
}

# put HOST PATH [MODE [OWNER]]: copy stdin to a file of a lab host.
put() {
    # shellcheck disable=SC2016  # expanded inside the host
    on "$1" /bin/bash -c 'mkdir -p "$(dirname "$0")" && cat >"$0" && chmod "$1" "$0" && chown "$2" "$0"' \
        "$2" "${3:-0644}" "${4:-root:root}"
}

# configure HOST TEMPLATE PATH [MODE [OWNER]]: fill in a template's @NAMES@ and put it on a host.
configure() {
    local host=$1 template=$2 mechanism=linuxbridge firewall=$LAB_FIREWALL mappings='' name
    shift 2
    [ "$LAB_DRIVER" = ovs ] && mechanism=openvswitch
    [ "$LAB_FIREWALL" = hybrid ] && firewall=iptables_hybrid
    if has_external "$host"; then
        mappings=physnet1:eth2
        [ "$LAB_DRIVER" = ovs ] && mappings=physnet1:br-ex
    fi
    local edits=(-e "s|@HOST@|$host|g" -e "s|@HOST_IP@|$(host_ip "$host")|g" -e "s|@DATA_IP@|$(data_ip "$host")|g"
        -e "s|@MECHANISM@|$mechanism|g" -e "s|@INTERFACE_DRIVER@|$mechanism|g" -e "s|@FIREWALL@|$firewall|g"
        -e "s|@MAPPINGS@|$mappings|g")
    for name in LAB_CTL LAB_REGION LAB_VIRT LAB_SERVICE_PASSWORD LAB_DB_PASSWORD LAB_RABBIT_PASSWORD \
        LAB_METADATA_SECRET; do
        edits+=(-e "s|@$name@|${!name}|g")
    done
    sed "${edits[@]}" "$LAB_DIR/templates/$template" | put "$host" "$@"
}

# service HOST NAME USER COMMAND...: start a daemon on a host unless it runs.
service() {
    local host=$1
    shift
    on "$host" /usr/local/sbin/lab-service "$@"
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
    local seconds=$1 what=$2
    shift 2
    local end=$(($(date +%s) + seconds))
    until "$@" >/dev/null 2>&1; do
        if [ "$(date +%s)" -ge $end ]; then
            say "$what: not ready after $seconds s"
            return 1
        fi
        sleep 0.5
    done
    say "$what: ready"
}

answers() { curl -s -o /dev/null -m 5 "$1"; }

# End all hosts: with a host's first process go all its processes, interfaces (and their other ends) and mounts. The
# logs are kept.
take_down() {
    local host pid pids=
    for host in $LAB_HOSTS; do
        if host_alive "$host"; then
            pid=$(host_pid "$host")
            pids="$pids $pid $(ps -o ppid= -p "$pid")"
            rm -rf "${LAB_STATE:?}/logs/$host"
            mkdir -p "$LAB_STATE/logs/$host"
            on "$host" bash -c 'cd /var/log && shopt -s nullglob &&
                tar cf - lab nov[a] neutro[n] keyston[e] placemen[t] glanc[e] openvswitc[h] libvir[t]' 2>/dev/null |
                tar xf - -C "$LAB_STATE/logs/$host" 2>/dev/null
            kill -9 "$pid"
        fi
        rm -f "$LAB_STATE/hosts/$host/pid"
    done
    for pid in $pids; do
        wait_quietly 100 test ! -e "/proc/$pid" || die "process $pid of the lab does not end"
    done
    if [ -n "$pids" ]; then
        wait_quietly 100 test ! -e "/sys/class/net/$LAB_LINK" || die "interface $LAB_LINK does not go away"
    fi
    rm -f "$LAB_STATE"/{variant,lab.json,admin-openrc,demo-openrc,ssh_config}
}

# wait_quietly TENTHS COMMAND...
wait_quietly() {
    local left=$1
    shift
    until "$@"; do
        [ $((left -= 1)) -gt 0 ] || return 1
        sleep 0.1
    done
}
