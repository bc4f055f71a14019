#!/usr/bin/env bash
# Runs a command and fails when it, or whatever it started, sent a packet beyond loopback, and says who did.
#
#   tests/tools/offline.sh COMMAND…           in a network of its own, where each such packet is counted and lost
#   tests/tools/offline.sh --traced COMMAND…  by tracing, for where that is not permitted; slow, and not for programs
#                                             that trace others
#   tests/tools/offline.sh --permitted        whether networks of one's own are permitted here
#   tests/tools/offline.sh --prove            tries the check itself: it has to catch what it is for
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
say() { printf '   %s\n' "$*" >&2; }
die() { printf 'tests/tools/offline.sh: %s\n' "$*" >&2 && exit 1; }

# Root needs nobody's permission; others stay who they are, and get the capabilities for their own network alone.
unshare=(unshare --net --mount)
[ "$(id -u)" = 0 ] || unshare+=(--user --map-current-user --keep-caps)

# The default routes lead into one end of a cable whose other end has nothing. Neither end says anything by itself.
network() {
    ip link set lo up && ip link add beyond type veth peer name nowhere || return
    local end
    for end in nowhere beyond; do
        ip link set "$end" addrgenmode none 2>/dev/null # no IPv6 in this kernel
        ip link set "$end" arp off up || return
    done
    ip addr add 198.51.100.2/32 dev beyond && ip route add default dev beyond src 198.51.100.2 || return
    [ ! -e /proc/net/if_inet6 ] || { ip addr add 2001:db8::2/128 dev lo && ip -6 route add default dev beyond; }
}

# Look-ups of names go that way too, and not to a resolver of this machine, which would ask others.
names() {
    printf 'nameserver 198.51.100.53\n' >"$scratch/resolv.conf"
    sed 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf >"$scratch/nsswitch.conf" 2>/dev/null
    local file
    for file in resolv.conf nsswitch.conf; do
        [ ! -e "/etc/$file" ] || mount --bind "$scratch/$file" "/etc/$file" || return
    done
}

within() {
    network && names || die "the network without a way out can't be made"
    local watcher packets status
    coproc watch { exec python3 "$here/watch.py" beyond "$scratch/seen"; }
    watcher=$watch_PID
    read -r <&"${watch[0]}" || die "packets can't be watched"
    setpriv --inh-caps=-all --ambient-caps=-all "$@"
    status=$?
    exec {watch[1]}>&-
    wait "$watcher"
    packets=$(awk '$1 == "beyond:" { print $11 }' /proc/net/dev)
    verdict "$packets" "$status"
}

verdict() {
    if [ "$1" = 0 ]; then
        say "0 packets were sent beyond loopback"
        return "$2"
    fi
    say "FAILED: ${1:-an unknown number of} packets were sent beyond loopback:"
    cat "$scratch/seen" >&2
    return 1
}

traced() {
    strace -f --seccomp-bpf -qq --decode-pids=comm -e signal=none -e trace=connect,sendto,sendmsg,sendmmsg \
        -o "$scratch/trace" "$@"
    local status=$?
    grep -E 'sa_family=AF_INET6?,' "$scratch/trace" |
        grep -vE 'inet_addr\("(127\.|0\.0\.0\.0")|AF_INET6, "(::1"|::"|::ffff:127\.)' >"$scratch/seen"
    verdict "$(wc -l <"$scratch/seen")" "$status"
}

# caught WORD COMMAND…: the check fails, and what it prints has the word.
caught() {
    local word=$1 printed
    shift
    printed=$("$0" "${how[@]}" "$@" 2>&1) && die "this was not caught: $*"
    case $printed in *"$word"*) ;; *) die "$* was caught without $word: $printed" ;; esac
}

# passed MODE…: nothing is caught that does not leave this machine, and the status is that of the command.
passed() {
    "$0" "$@" true 2>/dev/null || die "something was caught where there was nothing"
    "$0" "$@" bash -c 'exec 3<>/dev/tcp/127.0.0.1/9 || exit 7' 2>/dev/null
    [ $? = 7 ] || die "the status of the command is lost"
}

prove() {
    local how=(--traced)
    passed --traced
    # Connections to a group are refused before anything is sent: this network is the real one.
    caught 224.0.0.1 bash -c 'exec 3<>/dev/tcp/224.0.0.1/80'
    say "tracing catches what it has to"
    permitted || return 0
    how=()
    passed
    caught '192.0.2.1 port 80 by: bash' timeout 1 bash -c 'exec 3<>/dev/tcp/192.0.2.1/80'
    caught '169.254.169.254 port 80' timeout 1 bash -c 'echo >/dev/udp/169.254.169.254/80'
    caught '198.51.100.53 port 53' timeout 1 getent hosts kms.example
    [ ! -e /proc/net/if_inet6 ] ||
        caught '2001:db8:1::1 port 80' timeout 1 bash -c 'exec 3<>/dev/tcp/2001:db8:1::1/80'
    say "so does a network without a way out"
}

permitted() {
    local why
    why=$("$0" true 2>&1) || { printf '%s\n' "$why" >&2 && return 1; }
}

scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT
case ${1:-} in
--permitted) permitted ;;
--prove) prove ;;
--traced) shift && traced "$@" ;;
--within) shift && within "$@" ;;
'' | -*) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
*) "${unshare[@]}" "$0" --within "$@" ;;
esac
