#!/bin/bash
# radius.sh NETNS ADDRESS DIR: a FreeRADIUS for a lab, in the foreground; everything it needs and
# writes is in DIR. Secret radiusSecret1. UDP 1812 and 1813; TCP 2083 with TLS (RFC 6614), its
# certificate of DIR/ca.pem.
#
#   tina has no password: she comes by EAP with TLS, which is the first that she is asked for
#
#   DIR/acct.log    a line for each accounting record
#   DIR/auth.log    a line for each request for access: what the appliance said of the login
#   DIR/radius.log  FreeRADIUS' own
set -euo pipefail
NS=$1 ADDR=$2 DIR=$3
mkdir -p "$DIR"
cd "$DIR"
: >>acct.log
: >>auth.log

if [[ ! -e ca.pem ]]; then
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=Lab CA" -days 30 \
		-keyout ca.key -out ca.pem 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=radius.example.com" \
		-keyout radius.key -out radius.csr 2>/dev/null
	openssl x509 -req -in radius.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out radius.pem \
		-extfile <(echo "subjectAltName=IP:$ADDR") 2>/dev/null
fi

cat >dictionary <<'END'
ATTRIBUTE	Lab-State	3000	string
END
# SMB-Account-CTRL: bits as FreeRADIUS has them; 0x04100000 off (E=647), 0x00120000 expired (E=648)
cat >users <<'END'
alice	Cleartext-Password := "Wonderland1"
	Service-Type = Framed-User

bob	Cleartext-Password := "Builder2", Lab-State := "Account disabled", SMB-Account-CTRL := 0x04100000

carol	Cleartext-Password := "Expired3", Lab-State := "Password has expired", SMB-Account-CTRL := 0x00120000

dave	Cleartext-Password := "Slow4", Lab-State := "slow"

erin	Cleartext-Password := "Attributes5"
	Class = "OU=SALES;",
	Class += 0x00ff6c616200,
	Framed-IP-Address = 192.168.1.77,
	Session-Timeout = 3600,
	Idle-Timeout = 600,
	ASA-Primary-DNS = 10.1.1.53,
	ASA-Simultaneous-Logins = 2

fred	Cleartext-Password := "Filtered6"
	Cisco-AVPair = "ACS:CiscoSecure-Defined-ACL=#ACSACL#-IP-web-5f3a"

gina	Cleartext-Password := "Nolist7"
	Cisco-AVPair = "ACS:CiscoSecure-Defined-ACL=#ACSACL#-IP-gone-1"

hugo	Cleartext-Password := "Named8"
	Filter-Id = "WEB-ONLY",
	Reply-Message = "Good morning"

iris	Cleartext-Password := "Nowhere9"
	Filter-Id = "NOWHERE"

otto	Cleartext-Password := "Token6", Lab-State := "challenge"

admin	Cleartext-Password := "Adm1nPass"
	Service-Type = Administrative-User,
	Cisco-AVPair = "shell:priv-lvl=15"

"#ACSACL#-IP-web-5f3a"	Auth-Type := Accept
	Cisco-AVPair = "ip:inacl#2=deny ip any any",
	Cisco-AVPair += "ip:inacl#1=permit ip any host 10.10.10.10"
END

cat >radiusd.conf <<END
prefix = /usr
name = radiusd
raddbdir = $DIR
confdir = $DIR
logdir = $DIR
run_dir = $DIR
db_dir = $DIR
libdir = /usr/lib/freeradius
pidfile = $DIR/radiusd.pid
correct_escapes = true
max_request_time = 30
cleanup_delay = 5
max_requests = 16384
hostname_lookups = no
log {
	destination = files
	file = $DIR/radius.log
	auth = yes
}
security {
	max_attributes = 200
	reject_delay = 0
	status_server = yes
}
thread pool {
	start_servers = 2
	max_servers = 16
	min_spare_servers = 2
	max_spare_servers = 8
	max_requests_per_server = 0
}
clients plain {
	client lab {
		ipaddr = 0.0.0.0/0
		secret = radiusSecret1
		require_message_authenticator = yes
	}
}
clients radsec {
	client lab-tls {
		ipaddr = 0.0.0.0/0
		proto = tls
		secret = radsec
	}
}
modules {
	always handled {
		rcode = handled
	}
	always reject {
		rcode = reject
	}
	pap { }
	chap { }
	mschap {
		use_mppe = yes
		with_ntdomain_hack = yes
	}
	eap {
		default_eap_type = md5
		timer_expire = 60
		max_sessions = 4096
		md5 { }
		mschapv2 {
			send_error = yes
		}
		tls-config common {
			private_key_file = $DIR/radius.key
			certificate_file = $DIR/radius.pem
			ca_file = $DIR/ca.pem
			tls_min_version = "1.2"
			tls_max_version = "1.2"
			fragment_size = 1024
			cipher_list = "DEFAULT"
			ecdh_curve = ""
		}
		tls {
			tls = common
		}
		peap {
			tls = common
			default_eap_type = mschapv2
			virtual_server = inner
		}
	}
	files {
		filename = $DIR/users
	}
	exec slow {
		wait = yes
		program = "/usr/bin/sleep ${RADIUS_SLOW:-4}"
		timeout = 25
	}
	linelog acct {
		filename = $DIR/acct.log
		format = "%{Acct-Status-Type} user=%{User-Name} session=%{Acct-Session-Id} port=%{NAS-Port} framed=%{Framed-IP-Address} in=%{Acct-Input-Octets} out=%{Acct-Output-Octets} gin=%{Acct-Input-Gigawords} time=%{Acct-Session-Time} delay=%{Acct-Delay-Time} cause=%{Acct-Terminate-Cause} class=%{hex:Class[0]},%{hex:Class[1]}"
	}
	linelog auth {
		filename = $DIR/auth.log
		format = "user=%{User-Name} port=%{NAS-Port} nas=%{NAS-IP-Address} id=%{NAS-Identifier} from=%{Calling-Station-Id} to=%{Called-Station-Id} group=%{ASA-TunnelGroupName} client=%{ASA-ClientType} service=%{Service-Type} state=%{State} eap=%{EAP-Type}"
	}
}
policy {
	lab_users {
		if (&User-Name == "tina") {
			update control { &EAP-Type := TLS }
		}
		chap
		mschap
		eap {
			ok = return
		}
		files
		if (&control:Lab-State == "slow") {
			slow
		}
		elsif (&control:Lab-State == "challenge") {
			if (&State && &User-Password == "246810") {
				update control { &Auth-Type := Accept }
			}
			elsif (&State) {
				reject
			}
			elsif (&User-Password == "Token6") {
				update control { &Response-Packet-Type := Access-Challenge }
				update reply {
					&State := 0x6f74746f2d31
					&Reply-Message := "Enter the code of your token"
				}
				handled
			}
		}
		elsif (&control:Lab-State && !&MS-CHAP-Challenge) {
			update reply { &Reply-Message := "%{control:Lab-State}" }
			reject
		}
		pap
	}
	lab_sign {
		update reply { &Message-Authenticator := 0x00 }
	}
}
server default {
	listen {
		type = auth
		ipaddr = $ADDR
		port = 1812
		clients = plain
	}
	listen {
		type = acct
		ipaddr = $ADDR
		port = 1813
		clients = plain
	}
	listen {
		type = auth+acct
		ipaddr = $ADDR
		port = 2083
		proto = tcp
		clients = radsec
		tls {
			private_key_file = $DIR/radius.key
			certificate_file = $DIR/radius.pem
			ca_file = $DIR/ca.pem
			tls_min_version = "1.2"
			tls_max_version = "1.2"
			cipher_list = "DEFAULT"
			ecdh_curve = ""
			require_client_cert = no
		}
	}
	authorize {
		auth
		lab_users
	}
	authenticate {
		Auth-Type PAP {
			pap
		}
		Auth-Type CHAP {
			chap
		}
		Auth-Type MS-CHAP {
			mschap
		}
		eap
	}
	accounting {
		acct
	}
	post-auth {
		lab_sign
		Post-Auth-Type REJECT {
			eap
			lab_sign
		}
		Post-Auth-Type Challenge {
			lab_sign
		}
	}
}
server inner {
	authorize {
		lab_users
	}
	authenticate {
		Auth-Type MS-CHAP {
			mschap
		}
		eap
	}
}
END
exec ip netns exec "$NS" freeradius -f -d "$DIR" -n radiusd
