#!/bin/bash
# servers/kerberos.sh NETNS ADDRESS DIR: MIT's krb5kdc of the realm EXAMPLE.COM at UDP and TCP 88, in
# the foreground, until it is killed. DIR/log has a line for each request, DIR/asa.keytab the key of
# host/asa.example.com. LARGEST=BYTES: longer answers need TCP.
#
#   alice Wonderland1       bob Builder2: disabled         carol Expired3: her password has expired
#   henry Gone10: his account has expired                  grace Lockout7: locked by a wrong password
set -euo pipefail
netns=$1 address=$2 dir=$3
realm=EXAMPLE.COM
mkdir -p "$dir"
cd "$dir"
cat >krb5.conf <<-CONF
	[libdefaults]
	default_realm = $realm
	dns_lookup_kdc = false
	rdns = false
	[realms]
	$realm = {
		kdc = $address
	}
CONF
cat >kdc.conf <<-CONF
	[kdcdefaults]
	kdc_listen = $address:88
	kdc_tcp_listen = $address:88
	kdc_max_dgram_reply_size = ${LARGEST:-4096}
	[realms]
	$realm = {
		database_name = $dir/principal
		key_stash_file = $dir/stash
		acl_file = $dir/acl
		supported_enctypes = aes256-cts:normal aes128-cts:normal
		default_principal_flags = +preauth
	}
	[logging]
	kdc = FILE:$dir/log
CONF
export KRB5_CONFIG=$dir/krb5.conf KRB5_KDC_PROFILE=$dir/kdc.conf KRB5RCACHETYPE=none
kdb5_util create -s -r "$realm" -P masterkey1 >create.out 2>&1
kadmin.local >principals.out 2>&1 <<-END
	addpol -maxfailure 1 strict
	addprinc -pw Wonderland1 alice
	addprinc -pw Builder2 -allow_tix bob
	addprinc -pw Expired3 -pwexpire "2020-01-01 00:00:00 UTC" carol
	addprinc -pw Gone10 -expire "2020-01-01 00:00:00 UTC" henry
	addprinc -policy strict -pw Lockout7 grace
	addprinc -randkey host/asa.example.com
	ktadd -k $dir/asa.keytab host/asa.example.com
END
exec ip netns exec "$netns" /usr/sbin/krb5kdc -n -r "$realm" -P "$dir/kdc.pid"
