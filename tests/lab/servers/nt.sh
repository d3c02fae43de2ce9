#!/bin/bash
# servers/nt.sh NETNS ADDRESS DIR: Samba as the domain controller NTDC of the domain EXAMPLE, in the
# foreground, until it is killed. SMB2 and SMB3, NTLMv2 only; DIR/log has a line for each logon.
#
#   alice Wonderland1      bob Builder2: disabled       carol Expired3: has to change her password
#   henry Gone10: expired  ivan Locked11: locked out
#   GUESTS=1: whoever is not known comes in as a guest
set -euo pipefail
netns=$1 address=$2 dir=$3
users="alice:Wonderland1 bob:Builder2 carol:Expired3 henry:Gone10 ivan:Locked11"
mkdir -p "$dir"/{private,lock,state,cache,run/winbindd,ncalrpc,share}
chmod 700 "$dir/private"
cat >"$dir/smb.conf" <<-CONF
	[global]
	workgroup = EXAMPLE
	netbios name = NTDC
	server role = classic primary domain controller
	passdb backend = tdbsam:$dir/private/passdb.tdb
	interfaces = $address
	bind interfaces only = yes
	smb ports = 445
	server min protocol = SMB2_02
	ntlm auth = ntlmv2-only
	map to guest = $([[ ${GUESTS:-} ]] && echo "bad user" || echo never)
	private dir = $dir/private
	lock directory = $dir/lock
	state directory = $dir/state
	cache directory = $dir/cache
	pid directory = $dir/run
	ncalrpc dir = $dir/ncalrpc
	winbindd socket directory = $dir/run/winbindd
	usershare path =
	log file = $dir/log
	log level = 1 auth_audit:3
	max log size = 0
	disable spoolss = yes
	load printers = no
	printcap name = /dev/null
	dns proxy = no
CONF
# Its accounts want accounts of the system; these are its own.
{
	echo "root:x:0:0:root:/root:/bin/sh"
	echo "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin"
	n=20001
	for u in $users; do
		echo "${u%%:*}:x:$n:20000::/nonexistent:/usr/sbin/nologin"
		n=$((n + 1))
	done
} >"$dir/passwd"
printf 'root:x:0:\nnogroup:x:65534:\nusers:x:20000:\n' >"$dir/group"
export users dir
# shellcheck disable=SC2016  # expanded by the inner shell
exec ip netns exec "$netns" unshare --mount --propagation private bash -c '
	mount --bind "$dir/passwd" /etc/passwd && mount --bind "$dir/group" /etc/group || exit 1
	for u in $users; do
		printf "%s\n%s\n" "${u#*:}" "${u#*:}" | pdbedit -s "$dir/smb.conf" -t -a -u "${u%%:*}"
	done >/dev/null
	pdbedit -s "$dir/smb.conf" -r -u bob -c "[D]" >/dev/null
	pdbedit -s "$dir/smb.conf" -r -u ivan -c "[L]" >/dev/null
	pdbedit -s "$dir/smb.conf" -r -u henry -K 86400 >/dev/null
	net -s "$dir/smb.conf" sam set pwdmustchangenow carol yes >/dev/null
	exec smbd -F -s "$dir/smb.conf"'
