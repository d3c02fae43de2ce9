#!/bin/bash
# build-image.sh [OUTDIR]
#
# Build the client guest: a Debian kernel (as an ELF vmlinux, for a fast PVH
# boot) and an initramfs with strongSwan, libreswan, xl2tpd, pppd and a few
# test tools.  Everything comes from unmodified Debian packages.
#
# Idempotent: packages are kept in OUTDIR/cache, and nothing is rebuilt while
# this script, guest/ and the package list are unchanged.
#
#   OUTDIR   default ${XDG_CACHE_HOME:-$HOME/.cache}/gatehouse-realclient
#   FORCE=1  rebuild even if up to date
#   REFRESH=1  also resolve and download the packages again
#
# Result: OUTDIR/vmlinux  OUTDIR/initramfs.img  OUTDIR/manifest.txt
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/gatehouse-realclient}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cache=$out/cache

# Two sets, because strongSwan and libreswan conflict as packages.  Both end
# up in one image; only /usr/sbin/ipsec and /etc/ipsec.* collide by name.
set_a=(busybox-static strongswan-starter strongswan-charon strongswan-swanctl
       libstrongswan-standard-plugins libstrongswan-extra-plugins
       libcharon-extauth-plugins xl2tpd ppp iproute2 iputils-ping iperf3
       curl tcpdump openssl libc-bin)
set_b=(libreswan libnss3-tools)

log() { printf 'build-image: %s\n' "$*" >&2; }
die() { log "error: $*"; exit 1; }

need=()
for c in apt-get:apt dpkg-deb:dpkg cpio:cpio python3:python3-minimal \
         depmod:kmod gzip:gzip; do
    command -v "${c%%:*}" >/dev/null || need+=("${c##*:}")
done
if ((${#need[@]})); then
    log "installing: ${need[*]}"
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 \
        install -y --no-install-recommends "${need[@]}" >&2
fi

exec 9>"$out/.build.lock"
flock 9

stamp=$({ cat "${BASH_SOURCE[0]}"; find "$here/guest" -type f -print0 |
          sort -z | xargs -0 cat; } | sha256sum | cut -d' ' -f1)
if [[ -z ${FORCE:-} && -z ${REFRESH:-} && -f $out/initramfs.img &&
      -f $out/vmlinux && $(cat "$out/.stamp" 2>/dev/null) == "$stamp" ]]; then
    log "up to date: $out"
    exit 0
fi
rm -f "$out/.stamp"

# ---------------------------------------------------------------- packages
mkdir -p "$cache/archives/partial"
: >"$cache/empty.status"
apt_dl() {
    # An empty dpkg status makes apt resolve the whole dependency closure.
    apt-get -o Dir::State::status="$cache/empty.status" \
            -o Dir::Cache::archives="$cache/archives" \
            -o APT::Sandbox::User=root -o Debug::NoLocking=1 \
            -q -y --no-install-recommends -d install "$@"
}
pkgkey=$(printf '%s\n' "${set_a[@]}" -- "${set_b[@]}" | sha256sum)
if [[ -n ${REFRESH:-} ||
      $(cat "$cache/pkgkey" 2>/dev/null) != "$pkgkey" ]]; then
    log "downloading packages"
    if ! apt-cache show linux-image-amd64 >/dev/null 2>&1; then
        apt-get -q update >&2
    fi
    rm -f "$cache"/archives/*.deb "$cache/pkgkey"
    {   apt_dl "${set_a[@]}" && apt_dl "${set_b[@]}"
    } >"$cache/apt.log" 2>&1 || {
        # A stale index is the usual reason; try once more.
        apt-get -q update >&2
        { apt_dl "${set_a[@]}" && apt_dl "${set_b[@]}"
        } >"$cache/apt.log" 2>&1 || { tail -20 "$cache/apt.log" >&2
                                      die "package download failed"; }
    }
    # The kernel package only: its dependencies (initramfs-tools) are unused.
    # The -cloud- flavour has no PPP, so the generic one it is.
    kpkg=$(apt-cache depends --no-recommends --no-suggests linux-image-amd64 |
           awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ {print $2; exit}')
    [[ -n $kpkg ]] || die "cannot find the kernel package"
    (cd "$cache/archives" &&
     apt-get -q -o APT::Sandbox::User=root download "$kpkg" >>"$cache/apt.log" 2>&1)
    echo "$pkgkey" >"$cache/pkgkey"
    rm -rf "$cache/full"
fi

full=$cache/full
if [[ ! -f $full/.complete ]]; then
    log "unpacking packages"
    rm -rf "$full"; mkdir -p "$full"
    for d in "$cache"/archives/*.deb; do
        case ${d##*/} in
        # strongSwan's "ipsec" goes aside; libreswan keeps the name.
        libreswan_*|linux-image-*) continue ;;
        esac
        dpkg-deb -x "$d" "$full"
    done
    mv "$full/usr/sbin/ipsec" "$full/usr/sbin/ipsec.strongswan"
    rm -f "$full"/etc/ipsec.conf "$full"/etc/ipsec.secrets
    dpkg-deb -x "$cache"/archives/libreswan_*.deb "$full"
    dpkg-deb -x "$cache"/archives/linux-image-*.deb "$full"
    touch "$full/.complete"
fi
kver=$(cd "$full/lib/modules" && echo *)
[[ -d $full/lib/modules/$kver ]] || die "expected one kernel, got: $kver"

# ------------------------------------------------------------------ kernel
# Debian's bzImage is xz-packed; unpacking it on the host saves seconds of
# emulated time, and QEMU starts the ELF directly (PVH entry point).
log "extracting vmlinux ($kver)"
python3 - "$full/boot/vmlinuz-$kver" "$out/vmlinux.new" <<'PY'
import lzma, sys
img = open(sys.argv[1], "rb").read()
pos = img.find(b"\xfd7zXZ\x00")
while pos >= 0:
    try:
        elf = lzma.LZMADecompressor(format=lzma.FORMAT_XZ).decompress(img[pos:])
        if elf[:4] == b"\x7fELF":
            open(sys.argv[2], "wb").write(elf)
            sys.exit(0)
    except lzma.LZMAError:
        pass
    pos = img.find(b"\xfd7zXZ\x00", pos + 1)
sys.exit("no xz-packed ELF in the kernel image")
PY
mv "$out/vmlinux.new" "$out/vmlinux"

# -------------------------------------------------------------------- root
log "assembling the root"
root=$cache/root
rm -rf "$root"
mkdir -p "$root"/{proc,sys,dev,run,tmp,root,etc,var/lib/ipsec/nss,var/run,var/log}
mkdir -p "$root"/usr/{bin,sbin,lib}
for d in bin sbin lib; do ln -s "usr/$d" "$root/$d"; done
ln -s usr/lib64 "$root/lib64"; mkdir -p "$root/usr/lib64"

# Programs; their shared libraries are found with the guest's own loader.
# All paths are merged under /usr, as in Debian.
progs=(/bin/ip /bin/ping /bin/ss
       /usr/bin/curl /usr/bin/iperf3 /usr/bin/tcpdump
       /usr/sbin/pppd /usr/sbin/xl2tpd /usr/sbin/swanctl
       /usr/lib/ipsec/charon /usr/lib/ipsec/starter /usr/lib/ipsec/stroke
       /usr/bin/certutil /usr/bin/openssl)
blobs=(/usr/lib/ipsec /usr/libexec/ipsec /usr/lib/pppd
       /usr/lib/x86_64-linux-gnu/nss /usr/lib/x86_64-linux-gnu/ossl-modules)
files=(/usr/sbin/ipsec /usr/sbin/ipsec.strongswan /etc/strongswan.conf
       /etc/strongswan.d /etc/ppp /etc/protocols /etc/services)

put() { # put PATH: copy from full to root, /bin /sbin /lib merged into /usr
    local src=$1 dst=$1
    case $dst in /bin/*|/sbin/*|/lib/*|/lib64/*) dst=/usr$dst ;; esac
    [[ -e $full$src || -L $full$src ]] || return 1
    mkdir -p "$root${dst%/*}"
    cp -a "$full$src" "$root${dst%/*}/"
}
for p in "${progs[@]}"; do put "$p" || log "missing: $p"; done
for p in "${blobs[@]}" "${files[@]}"; do put "$p" || log "missing: $p"; done
rm -f "$root"/usr/lib/pppd/*/{winbind,pppoatm,rp-pppoe,pppoe,radius,radattr,radrealms,minconn}.so

ldlist() { chroot "$full" /lib64/ld-linux-x86-64.so.2 --list "$1" 2>/dev/null |
           awk '$2 == "=>" && $3 ~ /^\// {print $3} $1 ~ /^\// && NF == 2 {print $1}'; }
declare -A lib=()
while read -r f; do
    p=/${f#"$root"/}
    [[ -e $full$p ]] || { p=${p#/usr}; [[ -e $full$p ]] || continue; }
    [[ $(head -c4 "$full$p" | tr -d '\0') == $'\x7fELF' ]] || continue
    while read -r l; do lib[$l]=1; done < <(ldlist "$p")
done < <(find "$root/usr" -type f \( -perm -100 -o -name '*.so*' \))
# Libraries that are opened at run time.
for l in libnss_files.so.2 libnss_dns.so.2 libfreebl3.so libfreeblpriv3.so \
         libsoftokn3.so libnssckbi.so libgcc_s.so.1; do
    for d in /lib/x86_64-linux-gnu /usr/lib/x86_64-linux-gnu; do
        [[ -e $full$d/$l ]] || continue
        lib[$d/$l]=1
        while read -r x; do lib[$x]=1; done < <(ldlist "$d/$l")
    done
done
for l in "${!lib[@]}"; do
    put "$l" || { log "missing library: $l"; continue; }
    while [[ -L $full$l ]]; do
        t=$(readlink "$full$l")
        [[ $t == /* ]] || t=${l%/*}/$t
        l=$t
        put "$l"
    done
done

put /bin/busybox || put /usr/bin/busybox
chroot "$root" /bin/busybox --list-full | while read -r a; do
    case $a in */ping|*/ip|*/ss) continue ;; esac
    case $a in bin/*|sbin/*) a=usr/$a ;; usr/*) ;; linuxrc) continue ;; esac
    [[ -e $root/$a || -L $root/$a ]] || { mkdir -p "$root/${a%/*}"
                                          ln -s /bin/busybox "$root/$a"; }
done

# ----------------------------------------------------------------- modules
# Loaded in this order by the guest; dependencies are added by modprobe.
mods=(virtio_pci virtio_net virtio_rng qemu_fw_cfg
      jitterentropy_rng drbg ecb des3_ede-x86_64 des_generic aesni-intel sha1-ssse3
      sha256-ssse3 sha512-ssse3 authenc authencesn echainiv seqiv gcm ccm
      af_key xfrm_user xfrm4_tunnel esp4 ah4 ipcomp
      l2tp_ppp l2tp_netlink ppp_generic ppp_async ppp_synctty ppp_mppe
      ppp_deflate bsd_comp)
log "modules"
depmod -b "$full" "$kver" 2>/dev/null || true
mdir=lib/modules/$kver
: >"$cache/modules.order"
for m in "${mods[@]}"; do
    modprobe -d "$full" -S "$kver" --show-depends --ignore-install "$m" 2>/dev/null |
        awk '$1 == "insmod" {print $2}' || log "no module: $m"
done | awk '!seen[$0]++' >"$cache/modules.order"
: >"$cache/modules.load"
while read -r ko; do
    rel=${ko#"$full"/}
    mkdir -p "$root/usr/${rel%/*}"
    cp "$ko" "$root/usr/$rel"
    echo "/$rel" >>"$cache/modules.load"
done <"$cache/modules.order"
cp "$full/$mdir"/modules.{order,builtin,builtin.modinfo} "$root/usr/$mdir/" 2>/dev/null || true
depmod -b "$root" "$kver" 2>/dev/null
cp "$cache/modules.load" "$root/etc/modules.load"
log "$(wc -l <"$cache/modules.load") modules"

# ------------------------------------------------------------------ config
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\nip:x:20:\ndip:x:30:\n' >"$root/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
printf '127.0.0.1 localhost client\n' >"$root/etc/hosts"
: >"$root/etc/resolv.conf"
mkdir -p "$root"/etc/ipsec.d/{cacerts,certs,crls,private,aacerts,acerts,ocspcerts,policies}
mkdir -p "$root/etc/xl2tpd"
rm -rf "$root/var/run"; ln -s ../run "$root/var/run"
# pppd's distribution hooks are replaced by our own ip-up/ip-down.
rm -rf "$root"/etc/ppp/{ip-up,ip-down,ipv6-up,ipv6-down,ip-pre-up}*
cp -a "$here/guest/." "$root/"
chown -R 0:0 "$root"
chmod 0755 "$root/init" "$root"/etc/ppp/ip-up "$root"/etc/ppp/ip-down

# libreswan wants an NSS database; making it here saves emulated seconds.
mount_dev() { mkdir -p "$full/dev" "$full/tmp"; [[ -e $full/dev/urandom ]] ||
              mknod -m 666 "$full/dev/urandom" c 1 9; [[ -e $full/dev/null ]] ||
              mknod -m 666 "$full/dev/null" c 1 3; }
mount_dev
rm -rf "$full/tmp/nss"; mkdir -p "$full/tmp/nss"
chroot "$full" /usr/bin/certutil -N -d sql:/tmp/nss --empty-password >/dev/null 2>&1 ||
    log "certutil failed; libreswan will make its database at run time"
cp -a "$full"/tmp/nss/. "$root/var/lib/ipsec/nss/"

# Nothing may miss a library.
missing=$(exec 2>/dev/null
    find "$root/usr" -type f \( -perm -100 -o -name '*.so*' \) ! -name busybox |
    while read -r f; do
        [[ $(head -c4 "$f" | tr -d '\0') == $'\x7fELF' ]] || continue
        chroot "$root" /lib64/ld-linux-x86-64.so.2 --list "/${f#"$root"/}" |
            awk -v f="${f##*/}" '/not found/ {print f ": " $1}'
    done)
[[ -z $missing ]] || log "unresolved libraries:"$'\n'"$missing"

# ------------------------------------------------------------------- image
log "packing"
: "${COMPRESS:=none}"
pack() { (cd "$root" && find . -print0 | LC_ALL=C sort -z |
          cpio --null --quiet -R 0:0 -H newc -o); }
case $COMPRESS in
none) pack ;;
gzip) pack | gzip -6 ;;
zstd) pack | zstd -q -10 -T0 ;;
*) die "COMPRESS must be none, gzip or zstd" ;;
esac >"$out/initramfs.img.new"
mv "$out/initramfs.img.new" "$out/initramfs.img"

{   echo "kernel $kver"
    for d in "$cache"/archives/*.deb; do
        case ${d##*/} in
        busybox*|strongswan*|libstrongswan*|libcharon*|libreswan*|xl2tpd*|ppp_*|iproute2*|iperf3*|curl_*|tcpdump*|linux-image*|libc6_*|libssl3*|libnss3_*)
            dpkg-deb -f "$d" Package Version | awk '{printf "%s ", $2} END {print ""}' ;;
        esac
    done
} >"$out/manifest.txt"
echo "$stamp" >"$out/.stamp"
log "vmlinux $(du -h "$out/vmlinux" | cut -f1), initramfs $(du -h "$out/initramfs.img" | cut -f1) in $out"
