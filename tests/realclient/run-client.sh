#!/bin/bash
# run-client.sh: boots the client guest on a tap in a network namespace and
# runs one scenario of one or more steps against an L2TP/IPsec server.
#
# Where it is attached:
#   --netns NS           namespace of the tap and of a bridge br0 (needed)
#   --ip CIDR            guest address, e.g. 10.1.1.2/24 (needed)
#   --gw ADDR            guest's default gateway
# What it does:
#   --server IP          VPN server (needed)
#   --psk PSK  --user U  --password P
#   --stack strongswan|libreswan       default strongswan
#   --ike PROPOSAL       default 3des-sha1-modp1024 (libreswan: -modp1536)
#   --esp PROPOSAL       default 3des-sha1; "default" leaves the choice to the stack
#   --auth mschapv2|mschap|chap|pap|eap|any   default mschapv2
#   --nat-t auto|forced|off   forced: UDP encapsulation without any NAT;
#                        off: no NAT-T at all, plain ESP (libreswan only)
#   --ikelifetime S --lifetime S --margin S   SA lifetimes and rekey margin
#   --dpd S              dead peer detection interval
#   --eap-tls CA CERT KEY   PEM files of an EAP-TLS client (with --auth eap; else it has EAP-MD5)
#   --ppp-opt "OPTS"     more pppd options, separated by blanks (one word each)
# Checks, in this order:
#   --ping IP[/BYTES]    repeatable
#   --fetch URL          repeatable; prints the SHA-256
#   --upload URL         10 MB by PUT; the answer must be its SHA-256
#   --hold S             keep the tunnel up, with one ping each second; `told` (with --sync): after
#                        "RC: SYNC hold STEP" until there is a line on standard input
#   --cycles N           connect and disconnect N times
#   --dirty              vanish without disconnecting
# Verdict of the step:
#   --expect up|auth-fail|psk-fail|ike-fail|l2tp-fail|ppp-fail|fail|fail:STAGE
#            (default up)
#   --then               the next step: options after it change, for that step
#                        only, what was said before the first --then
# Running:
#   --sync               at "RC: SYNC up|down STEP" the guest waits for a line on
#                        standard input: the moment to look at the server
#   --logdir DIR         keep serial.log and each step's logs
#   --pcap FILE          capture the client's packets on the tap
#   --timeout S          overall limit (default 600)
#   --set VAR=VALUE      any further variable of guest/init
#   --verbose            the whole console, not only the RC: lines
#
# Exit: 0 as expected, 1 not as expected, 2 usage, 3 harness trouble, 124 timeout.
set -euo pipefail

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "${BASH_SOURCE[0]}" >&2; exit 2; }
die() { echo "run-client: $*" >&2; exit 3; }

image=${XDG_CACHE_HOME:-$HOME/.cache}/gatehouse-realclient
ns='' timeout=600 logdir='' pcap='' verbose=0 step=1
declare -A common=([STACK]=strongswan [ESP]=3des-sha1 [AUTH]=mschapv2 [EXPECT]=up [NATT]=auto
                   [HOLD]=0 [CYCLES]=1 [IKE]='' [IP]='' [GW]='' [SERVER]='' [PSK]='' [USER]=''
                   [PASS]='' [EAPCA]='' [EAPCERT]='' [EAPKEY]='' [PING]='' [FETCH]='' [UPLOAD]='' [SYNC]='' [DIRTY]='')
declare -A extra=() # "STEP VAR" -> value

put() { # put VAR VALUE [append]
    [[ $1 =~ ^[A-Z0-9_]+$ ]] || die "bad variable $1"
    if ((step == 1)); then
        common[$1]=${3:+${common[$1]:+${common[$1]} }}$2
    else
        extra["$step $1"]=${3:+${extra["$step $1"]:+${extra["$step $1"]} }}$2
    fi
}
while (($#)); do
    case $1 in
    --netns) ns=$2; shift ;;
    --ip) put IP "$2"; shift ;;
    --gw) put GW "$2"; shift ;;
    --server) put SERVER "$2"; shift ;;
    --psk) put PSK "$2"; shift ;;
    --user) put USER "$2"; shift ;;
    --password) put PASS "$2"; shift ;;
    --stack) put STACK "$2"; shift ;;
    --ike) put IKE "$2"; shift ;;
    --esp) put ESP "$2"; shift ;;
    --auth) put AUTH "$2"; shift ;;
    --nat-t) put NATT "$2"; shift ;;
    --ikelifetime) put IKELIFETIME "$2"; shift ;;
    --lifetime) put LIFETIME "$2"; shift ;;
    --margin) put MARGIN "$2"; shift ;;
    --dpd) put DPD "$2"; shift ;;
    --eap-tls) put EAPCA "$(<"$2")"; put EAPCERT "$(<"$3")"; put EAPKEY "$(<"$4")"; shift 3 ;;
    --ppp-opt) put PPPOPT "$2"; shift ;;
    --ping) put PING "$2" append; shift ;;
    --fetch) put FETCH "$2" append; shift ;;
    --upload) put UPLOAD "$2" append; shift ;;
    --hold) put HOLD "$2"; shift ;;
    --cycles) put CYCLES "$2"; shift ;;
    --dirty) put DIRTY 1 ;;
    --expect) put EXPECT "$2"; shift ;;
    --set) put "${2%%=*}" "${2#*=}"; shift ;;
    --then) step=$((step + 1)) ;;
    --sync) common[SYNC]=1 ;;
    --logdir) logdir=$2; shift ;;
    --pcap) pcap=$2; shift ;;
    --timeout) timeout=$2; shift ;;
    --verbose|-v) verbose=1 ;;
    *) usage ;;
    esac
    shift
done
[[ -n $ns && ${common[IP]} == */* && -n ${common[SERVER]} ]] || die "--netns, --ip ADDR/LEN and --server are needed"
[[ $(id -u) == 0 ]] || die "needs root (tap, namespace)"
[[ -e /run/netns/$ns ]] || die "no namespace $ns"
command -v qemu-system-x86_64 >/dev/null || die "needs the package qemu-system-x86"
[[ -s $image/vmlinux && -s $image/initramfs.img ]] || die "no image in $image; run build-image.sh first"

work=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-client.XXXXXX")
tap=rc$(printf '%06x' $(((RANDOM << 15 | RANDOM) & 0xffffff)))
qpid='' dpid='' tpid=''
# shellcheck disable=SC2317  # called by the trap
cleanup() {
    local p
    trap - EXIT
    for p in $qpid $dpid $tpid; do kill "$p" 2>/dev/null || true; done
    for p in $qpid $dpid $tpid; do wait "$p" 2>/dev/null || true; done
    ip -n "$ns" link del "$tap" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ------------------------------------------------------------------ scenario
# Debian's libreswan is built without DH group 2.
default_ike() { if [[ $1 == libreswan ]]; then echo 3des-sha1-modp1536; else echo 3des-sha1-modp1024; fi; }
assign() { printf "%s='%s'\n" "$1" "${2//\'/\'\\\'\'}"; }
{   common[IKE]=${common[IKE]:-$(default_ike "${common[STACK]}")}
    for k in "${!common[@]}"; do assign "$k" "${common[$k]}"; done
    echo "STEPS=$step"
    for ((n = 2; n <= step; n++)); do
        [[ -z ${extra["$n STACK"]:-} || -n ${extra["$n IKE"]:-} ]] ||
            extra["$n IKE"]=$(default_ike "${extra["$n STACK"]}")
        echo "step_$n() {"
        echo ":"
        for k in "${!extra[@]}"; do [[ $k != "$n "* ]] || assign "${k#* }" "${extra[$k]}"; done
        echo "}"
    done
} >"$work/scenario"

# ----------------------------------------------------------------------- tap
ip -n "$ns" tuntap add dev "$tap" mode tap
ip -n "$ns" link set "$tap" master br0
ip -n "$ns" link set "$tap" up
# A locally administered address derived from the guest's IP.
IFS=. read -r a b c d <<<"${common[IP]%/*}"
mac=$(printf '52:54:%02x:%02x:%02x:%02x' "$a" "$b" "$c" "$d")

if [[ -n $pcap ]]; then
    : >"$pcap"
    ip netns exec "$ns" tcpdump -i "$tap" -n -U -s 0 -Z root -w "$pcap" >/dev/null 2>"$work/tcpdump.err" &
    dpid=$!
    for _ in {1..600}; do
        grep -qs listening "$work/tcpdump.err" && break
        sleep 0.1
    done
fi

# ---------------------------------------------------------------------- qemu
start=$EPOCHREALTIME
# Its clock is the emulator's: what a guest on a busy machine takes for the processor's rate may be wrong by far.
# No offloads towards the guest: what leaves the tap is what a wire would see.
ip netns exec "$ns" qemu-system-x86_64 \
    -nodefaults -no-user-config -no-reboot -display none \
    -M pc,accel=tcg -cpu max -m 512 -smp 1 \
    -kernel "$image/vmlinux" -initrd "$image/initramfs.img" \
    -append "console=ttyS0 quiet loglevel=1 panic=-1 mitigations=off nokaslr random.trust_cpu=on clocksource=hpet audit=0 selinux=0 apparmor=0 net.ifnames=0 no_timer_check" \
    -fw_cfg name=opt/realclient/scenario,file="$work/scenario" \
    -device virtio-rng-pci \
    -netdev "tap,id=n0,ifname=$tap,script=no,downscript=no,vhost=off" \
    -device "virtio-net-pci,netdev=n0,mac=$mac,romfile=,csum=off,guest_csum=off,gso=off,guest_tso4=off,guest_tso6=off,guest_ufo=off,host_tso4=off,host_tso6=off,host_ufo=off,mrg_rxbuf=off" \
    -serial "file:$work/serial.log" -chardev stdio,id=go,signal=off -serial chardev:go -monitor none \
    <&0 >"$work/qemu.log" 2>&1 &
qpid=$!

# Show results as they come, to the last one.
: >>"$work/serial.log"
show() { tail -n +1 -s 0.1 -F --pid="$qpid" "$work/serial.log" 2>/dev/null; }
if ((verbose)); then
    show & tpid=$!
else
    show | sed -un 's/\r$//;/^RC: /p' & tpid=$!
fi

rc=''
while kill -0 "$qpid" 2>/dev/null; do
    now=$EPOCHREALTIME
    if ((${now%.*} - ${start%.*} >= timeout)); then rc=124; break; fi
    sleep 0.1
done
[[ -z $rc ]] || kill "$qpid" 2>/dev/null || true
wait "$qpid" 2>/dev/null || true
qpid=''
wait "$tpid" 2>/dev/null || true
tpid=''
if [[ -n $dpid ]]; then kill "$dpid" 2>/dev/null || true; wait "$dpid" 2>/dev/null || true; dpid=''; fi

# ------------------------------------------------------------------- verdict
tr -d '\r' <"$work/serial.log" >"$work/serial.txt"
awk -v d="$work/logs" '
    /^RC-LOG-BEGIN /{n = $2; gsub(/\.\./, "", n); f = d "/" n; s = f; sub(/\/[^\/]*$/, "", s)
                     system("mkdir -p \"" s "\""); next}
    /^RC-LOG-END /{if (f) close(f); f = ""; next}
    f {print > f}' "$work/serial.txt"
result=$(sed -n 's/^RC: RESULT: //p' "$work/serial.txt" | tail -n 1)
if [[ $rc == 124 ]]; then
    echo "RC: RESULT: FAIL outcome=timeout limit=${timeout}s"
elif [[ $result == PASS* ]]; then rc=0
elif [[ -n $result ]]; then rc=1
else
    echo "RC: RESULT: FAIL outcome=internal reason=no-result"
    rc=3
fi
if [[ $rc != 0 ]]; then
    for n in $(sed -n 's/^RC: STEP \([0-9]*\) FAIL.*/\1/p' "$work/serial.txt"); do
        for f in ike.log xl2tpd.log pppd.log; do
            [[ -s $work/logs/$n/$f ]] || continue
            echo "---- step $n $f (tail)"
            tail -n 25 "$work/logs/$n/$f"
        done
    done >&2
    [[ -d $work/logs ]] || { tail -n 25 "$work/serial.txt"; cat "$work/qemu.log"; } >&2
fi
if [[ -n $logdir ]]; then
    mkdir -p "$logdir"
    cp "$work/serial.txt" "$logdir/serial.log"
    cp -r "$work"/logs/. "$logdir/" 2>/dev/null || true
fi
now=$EPOCHREALTIME
echo "RC: host wall=$(((${now%.*} - ${start%.*})))s exit=$rc"
exit "$rc"
