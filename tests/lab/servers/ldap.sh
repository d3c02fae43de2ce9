#!/bin/bash
# servers/ldap.sh NETNS ADDRESS DIR: OpenLDAP's slapd at ports 389 and 636, in the foreground, until
# it is killed. DIR/log has a line for each operation, DIR/ca.pem is the authority of its certificate
# (ldap.example.com and ADDRESS), DIR/other.pem one that has signed nothing.
#
#   base dc=example,dc=com; searches: cn=asa,ou=Services,BASE / LdapB1nd; people below ou=People
#   alice Wonderland1       bob Builder2: locked           carol Expired3: her password has expired
#   dora Soon4: expires in 2 days    gina Grace5: expired, two logins are left
#   erin Attributes5: department SALES, two groups, an address     twin Twin9: two entries
#   p*(aren) Filter8        frank Reset6: has to change his password
# Like Active Directory it takes a bind with a name and no password for one as nobody, and says yes.
set -euo pipefail
netns=$1 address=$2 dir=$3
base=dc=example,dc=com
mkdir -p "$dir"/{db,run}
cd "$dir"

authority() { # authority NAME
	openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout "$1.key" -out "$1.pem" -subj "/CN=$1" \
		-addext basicConstraints=critical,CA:TRUE 2>/dev/null
}
[[ -s ca.pem ]] || {
	authority ca
	authority other
	openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=ldap.example.com 2>/dev/null
	openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -set_serial 2 -days 30 -out server.pem \
		-extfile <(echo "subjectAltName=DNS:ldap.example.com,IP:$address") 2>/dev/null
}
cat >slapd.schema <<-'SCHEMA'
	attributetype ( 1.2.840.113556.1.2.141 NAME 'department' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
	attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
	attributetype ( 1.2.840.113556.1.4.1153 NAME 'msRADIUSFramedIPAddress' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
	objectclass ( 1.3.6.1.4.1.4203.666.11.99.1 NAME 'labUser' SUP top AUXILIARY MAY ( department $ sAMAccountName $ msRADIUSFramedIPAddress ) )
SCHEMA
cat >slapd.conf <<-CONF
	include /etc/ldap/schema/core.schema
	include /etc/ldap/schema/cosine.schema
	include /etc/ldap/schema/inetorgperson.schema
	include $dir/slapd.schema
	modulepath /usr/lib/ldap
	moduleload back_mdb
	moduleload memberof
	moduleload ppolicy
	pidfile $dir/run/slapd.pid
	argsfile $dir/run/slapd.args
	TLSCertificateFile $dir/server.pem
	TLSCertificateKeyFile $dir/server.key
	allow bind_anon_dn
	database mdb
	suffix "$base"
	rootdn "cn=admin,$base"
	rootpw LdapAdm1n
	directory $dir/db
	index uid,sAMAccountName,member eq
	overlay memberof
	overlay ppolicy
	ppolicy_default "cn=default,ou=Policies,$base"
	ppolicy_use_lockout
	access to attrs=userPassword by anonymous auth by * none
	access to * by dn.exact="cn=asa,ou=Services,$base" read by anonymous auth by * none
CONF
unit() { printf 'dn: ou=%s,%s\nobjectClass: organizationalUnit\nou: %s\n\n' "$1" "$base" "$1"; }
policy() { # policy NAME LINE...
	printf 'dn: cn=%s,ou=Policies,%s\nobjectClass: device\nobjectClass: pwdPolicy\ncn: %s\npwdAttribute: userPassword\npwdLockout: TRUE\n' "$1" "$base" "$1"
	shift
	printf '%s\n' "$@" ''
}
person() { # person NAME PASSWORD [LINE...]
	printf 'dn: uid=%s,ou=People,%s\nobjectClass: inetOrgPerson\nobjectClass: labUser\nuid: %s\ncn: %s\nsn: %s\nsAMAccountName: %s\nuserPassword: %s\n' \
		"$1" "$base" "$1" "$1" "$1" "$1" "$2"
	shift 2
	printf '%s\n' "$@" ''
}
under() { echo "pwdPolicySubentry: cn=$1,ou=Policies,$base"; }
ago() { echo "pwdChangedTime: $(date -u -d "$1 ago" +%Y%m%d%H%M%SZ)"; }
people() {
	printf 'dn: %s\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n\n' "$base"
	for u in People Groups Services Policies Twins; do unit "$u"; done
	policy default 'pwdMaxFailure: 0'
	policy expiring 'pwdMaxAge: 864000' 'pwdExpireWarning: 432000'
	policy grace 'pwdMaxAge: 864000' 'pwdGraceAuthNLimit: 3'
	policy reset 'pwdMustChange: TRUE'
	printf 'dn: cn=asa,ou=Services,%s\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: asa\nuserPassword: LdapB1nd\n\n' "$base"
	person alice Wonderland1 'department: STAFF'
	person bob Builder2 'pwdAccountLockedTime: 000001010000Z'
	person carol Expired3 "$(under expiring)" "$(ago '20 days')"
	person dora Soon4 "$(under expiring)" "$(ago '180 hours')"
	person gina Grace5 "$(under grace)" "$(ago '20 days')"
	person frank Reset6 "$(under reset)" 'pwdReset: TRUE'
	person erin Attributes5 'department: SALES' 'title: 15' 'msRADIUSFramedIPAddress: -1062731443' \
		"memberOf: cn=vpnusers,ou=Groups,$base" "memberOf: cn=sales,ou=Groups,$base"
	person 'p*(aren)' Filter8
	for t in one two; do
		printf 'dn: cn=%s,ou=Twins,%s\nobjectClass: inetOrgPerson\nuid: twin\ncn: %s\nsn: %s\nuserPassword: Twin9\n\n' $t "$base" $t $t
	done
	for g in vpnusers sales; do
		printf 'dn: cn=%s,ou=Groups,%s\nobjectClass: groupOfNames\ncn: %s\nmember: uid=erin,ou=People,%s\n\n' $g "$base" $g "$base"
	done
}
[[ -s db/data.mdb ]] || slapadd -q -f slapd.conf -l <(people)
exec ip netns exec "$netns" /usr/sbin/slapd -d stats -f slapd.conf -h "ldap://$address ldaps://$address" 2>>log
