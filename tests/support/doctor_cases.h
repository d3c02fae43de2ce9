/*
 * Additions to the guide's configuration for the tests of the doctor: those that break it, each
 * with what is found then, and those that do not.
 */
#ifndef GATEHOUSE_TEST_DOCTOR_CASES_H
#define GATEHOUSE_TEST_DOCTOR_CASES_H

#include "cli/doctor/doctor.h"

/* clang-format off */
static const struct {
	const char *check;
	enum doctor_severity severity;
	const char *lines; /* what a new user may have typed or left out */
	const char *what;
} broken[] = {
#define P DOCTOR_PREVENTS
#define STRONG "crypto ipsec ikev1 transform-set STRONG esp-aes-256 esp-sha256-hmac\n"
#define M DOCTOR_MAY_PREVENT
    {"interface_name", P, "interface GigabitEthernet0/1\nno nameif\ninterface GigabitEthernet0/0\nno nameif\nexit\ncrypto map outside_map interface outside\ncrypto ikev1 enable outside\n", "no interface has the name outside"},
    {"interface_shutdown", P, "interface GigabitEthernet0/0\nshutdown\n", "outside is shut down"},
    {"transform_mode", P, "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA mode tunnel\n", "TRANS-ESP-3DES-SHA is in tunnel mode"},
    {"transform_offered", P, "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA esp-aes-256 esp-sha256-hmac\n", "offers a transform-set"},
    {"transform_offered", P, "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA esp-3des esp-md5-hmac\n", "outside_dyn_map"},
    {"dynamic_missing", P, "crypto map outside_map 65535 ipsec-isakmp dynamic other_map\n", "other_map, which does not exist"},
    {"dynamic_empty", P, "crypto dynamic-map outside_dyn_map 10 set reverse-route\nno crypto dynamic-map outside_dyn_map 10 set ikev1 transform-set TRANS-ESP-3DES-SHA\n", "outside_dyn_map has no transform-set"},
    {"pfs", P, "crypto dynamic-map outside_dyn_map 10 set pfs group14\n", "outside_dyn_map 10"},
    {"match_missing", P, "crypto dynamic-map outside_dyn_map 10 match address NOBODY\n", "NOBODY"},
    {"transform_offered", P, STRONG "crypto dynamic-map outside_dyn_map 5 set ikev1 transform-set STRONG\n", "crypto dynamic-map outside_dyn_map 5"},
    {"transform_offered", P, STRONG "crypto dynamic-map outside_dyn_map 5 set ikev1 transform-set STRONG\ncrypto dynamic-map outside_dyn_map 10 set ikev1 transform-set STRONG\n", "crypto dynamic-map outside_dyn_map 5"},
    {"transform_offered", P, STRONG "crypto map outside_map 20 set ikev1 transform-set STRONG\n", "crypto map outside_map 20"},
    {"pfs", P, "crypto dynamic-map outside_dyn_map 5 set ikev1 transform-set TRANS-ESP-3DES-SHA\ncrypto dynamic-map outside_dyn_map 5 set pfs\n", "outside_dyn_map 5"},
    {"match_refuses", P, "access-list L2TP extended permit tcp any any\ncrypto dynamic-map outside_dyn_map 10 match address L2TP\n", "L2TP, which does not permit"},
    {"map_missing", P, "no crypto map outside_map 65535\n", "no crypto map"},
    {"map_unbound", P, "no crypto map outside_map interface outside\n", "outside_map is not bound"},
    {"map_unbound", P, "no crypto map outside_map interface outside\ncrypto map typo_map interface outside\n", "outside_map is not bound"},
    {"map_static", P, "no crypto map outside_map 65535\ncrypto map outside_map 10 set peer 203.0.113.1\n", "no dynamic entry"},
    {"ike_disabled", P, "no crypto ikev1 enable outside\n", "not enabled on interface outside"},
    {"ike_disabled", P, "no crypto ikev1 enable outside\ncrypto ikev1 enable inside\n", "not enabled on interface outside"},
    {"policy_none", P, "no crypto ikev1 policy 10\n", "no crypto ikev1 policy"},
    {"policy_offered", P, "crypto ikev1 policy 10\ngroup 5\n", "policy 10: 3des, sha, group 5"},
    {"policy_offered", P, "crypto ikev1 policy 10\nencryption aes-256\nhash sha256\ngroup 14\n", "sha256"},
    {"policy_offered", P, "crypto ikev1 policy 10\nencryption aes-192\n", "aes-192"},
    {"nat_traversal", M, "no crypto isakmp nat-traversal\n", "NAT traversal is off"},
    {"nat_traversal", M, "crypto dynamic-map outside_dyn_map 10 set nat-t-disable\n", "nat-t-disable"},
    {"pool_none", P, "tunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\n", "no address pool"},
    {"pool_none", P, "tunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\nno ip local pool Address-pool\n", "no address pool"},
    {"pool_none", M, "aaa-server RAD protocol radius\nexit\naaa-server RAD (inside) host 10.10.10.5\nkey s3cret\nexit\ntunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\nauthentication-server-group RAD\n", "login server"},
    {"pool_unused", P, "no vpn-addr-assign local\n", "not given"},
    {"pool_elsewhere", M, "route inside 192.168.1.7 255.255.255.255 10.10.10.254\n", "leads away from pool Address-pool"},
    {"pool_arp", M, "ip local pool Near 10.10.10.100-10.10.10.150 mask 255.255.255.0\nsysopt noproxyarp inside\n", "pool Near"},
    {"key_none", P, "tunnel-group DefaultRAGroup ipsec-attributes\nno ikev1 pre-shared-key\n", "no pre-shared key"},
    {"protocol_l2tp", P, "group-policy L2TP-VPN attributes\nvpn-tunnel-protocol ikev1 ssl-client\n", "group-policy L2TP-VPN does not permit"},
    {"protocol_l2tp", P, "group-policy L2TP-VPN attributes\nno vpn-tunnel-protocol\nexit\ngroup-policy DfltGrpPolicy attributes\nvpn-tunnel-protocol ikev1\n", "group-policy DfltGrpPolicy does not permit"},
    {"protocol_l2tp", M, "username test attributes\nvpn-tunnel-protocol ikev2\n", "username test"},
    {"logins_none", P, "group-policy L2TP-VPN attributes\nvpn-simultaneous-logins 0\n", "L2TP-VPN permits no login"},
    {"logins_none", M, "username test attributes\nvpn-simultaneous-logins 0\n", "username test"},
    {"group_lock", P, "tunnel-group Other type remote-access\ngroup-policy L2TP-VPN attributes\ngroup-lock value Other\n", "locked to tunnel-group Other"},
    {"group_lock", M, "username test attributes\ngroup-lock value Nowhere\n", "username test"},
    {"filter_missing", P, "group-policy L2TP-VPN attributes\nvpn-filter value NOLIST\n", "NOLIST"},
    {"filter_missing", M, "username test attributes\nvpn-filter value NOLIST\n", "username test"},
    {"hours_missing", P, "group-policy L2TP-VPN attributes\nvpn-access-hours value NEVER\n", "NEVER"},
    {"hours_missing", P, "time-range OLD\nabsolute end 10:00 1 January 2005\ngroup-policy L2TP-VPN attributes\nvpn-access-hours value OLD\n", "OLD, a time-range that is over"},
    {"split_missing", M, "group-policy L2TP-VPN attributes\nsplit-tunnel-policy tunnelspecified\n", "names none"},
    {"split_missing", M, "group-policy L2TP-VPN attributes\nsplit-tunnel-policy tunnelspecified\nsplit-tunnel-network-list value NOLIST\n", "NOLIST"},
    {"users_none", P, "no username test\n", "no user"},
    {"users_none", P,
        "username test password test\nusername test attributes\nservice-type admin\n", "no user"},
    {"users_mschap", P, "username test password test\n", "1 user(s)"},
    {"users_mschap", M, "username other password secret12\n", "1 user(s)"},
    {"users_none", P, "no username test\nusername admin password S3cret-word privilege 15\n", "no user"},
    {"servers_none", P, "aaa-server RAD protocol radius\nexit\ntunnel-group DefaultRAGroup general-attributes\nauthentication-server-group RAD\n", "aaa-server group RAD"},
    {"servers_none", M, "aaa-server RAD protocol radius\nexit\ntunnel-group DefaultRAGroup general-attributes\nauthentication-server-group RAD LOCAL\n", "aaa-server group RAD"},
    {"servers_key", P, "aaa-server RAD protocol radius\nexit\naaa-server RAD (inside) host 10.10.10.5\nexit\ntunnel-group DefaultRAGroup general-attributes\nauthentication-server-group RAD\n", "server 10.10.10.5"},
    {"servers_key", M, "aaa-server TAC protocol tacacs+\nexit\naaa-server TAC (inside) host 10.10.10.6\nexit\ntunnel-group DefaultRAGroup general-attributes\nauthentication-server-group TAC LOCAL\nexit\ntunnel-group DefaultRAGroup ppp-attributes\nauthentication pap\n", "server 10.10.10.6"},
    {"policy_unused", DOCTOR_ADVICE, "tunnel-group DefaultRAGroup general-attributes\nno default-group-policy\n", "group-policy L2TP-VPN"},
    {"methods_unserved", P, "tunnel-group DefaultRAGroup ppp-attributes\nauthentication chap\nno authentication ms-chap-v1\nno authentication ms-chap-v2\n", "none of the PPP methods"},
    {"methods_unserved", P, "aaa-server DIR protocol ldap\nexit\naaa-server DIR (inside) host 10.10.10.5\nexit\ntunnel-group DefaultRAGroup general-attributes\nauthentication-server-group DIR\n", "server group DIR"},
    {"methods_windows", P, "tunnel-group DefaultRAGroup ppp-attributes\nno authentication ms-chap-v2\n", "only ms-chap-v1"},
    {"control_plane", P, "access-list BOX extended permit tcp any any eq ssh\naccess-list BOX extended deny ip any any\naccess-group BOX in interface outside control-plane\n", "BOX refuses UDP 500 UDP 4500 ESP"},
    {"control_plane", P, "access-list BOX extended deny udp any any eq 4500\naccess-list BOX extended permit ip any any\naccess-group BOX in interface outside control-plane\n", "BOX refuses UDP 4500 to"},
    {"permit_vpn", M, "no sysopt connection permit-vpn\n", "at interface outside"},
    {"nat_exemption", M, "no nat (inside,outside) source static any any destination static L2TP-Pool L2TP-Pool no-proxy-arp route-lookup\nnat (inside,outside) source dynamic any interface\n", "NAT of interface inside"},
    {"nat_exemption", M, "no nat (inside,outside) source static any any destination static L2TP-Pool L2TP-Pool no-proxy-arp route-lookup\nobject network Inner\nsubnet 10.10.10.0 255.255.255.0\nnat (inside,outside) dynamic interface\n", "pool Address-pool"},
#undef P
#undef STRONG
#undef M
};
/* clang-format on */

/* Additions to the guide that are no mistake. */
static const char *const well[] = {
    "",
    "nat (inside,outside) after-auto source dynamic any interface\n",
    "sysopt noproxyarp inside\n",
    "route inside 10.20.0.0 255.255.0.0 10.10.10.254\n",
    "route inside 192.168.0.0 255.255.0.0 10.10.10.254\n",
    "route inside 192.168.1.0 255.255.255.0 10.10.10.254\n", /* a client's own wins */
    "username admin password S3cret-word privilege 15\n",
    "time-range OLD\nabsolute end 10:00 1 January 2035\ngroup-policy L2TP-VPN attributes\n"
    "vpn-access-hours value OLD\n",
    "crypto dynamic-map outside_dyn_map 10 set nat-t-disable\n"
    "crypto dynamic-map outside_dyn_map 20 set ikev1 transform-set TRANS-ESP-3DES-SHA\n",
    "crypto ikev1 policy 5\nencryption aes-256\nhash sha256\ngroup 14\n",
    "crypto ipsec ikev1 transform-set STRONG esp-aes-256 esp-sha256-hmac\n"
    "crypto dynamic-map outside_dyn_map 15 set ikev1 transform-set STRONG\n"
    "crypto dynamic-map outside_dyn_map 15 set pfs\n",
    "crypto ipsec ikev1 transform-set STRONG esp-aes-256 esp-sha256-hmac\n"
    "access-list SITE extended permit ip 10.10.10.0 255.255.255.0 10.40.0.0 255.255.0.0\n"
    "crypto dynamic-map outside_dyn_map 5 match address SITE\n"
    "crypto dynamic-map outside_dyn_map 5 set ikev1 transform-set STRONG\n",
    "crypto dynamic-map outside_dyn_map 5 set reverse-route\n",
    "crypto dynamic-map outside_dyn_map 5 match address NOBODY\n"
    "crypto dynamic-map outside_dyn_map 5 set ikev1 transform-set TRANS-ESP-3DES-SHA\n",
    "access-list L2TP extended permit udp any eq 1701 any\n"
    "crypto dynamic-map outside_dyn_map 10 match address L2TP\n",
    "crypto dynamic-map unused 1 set pfs\n",
    "username test attributes\nservice-type admin\n", /* he can dial all the same */
    "username boss password secret123\nusername boss attributes\nservice-type admin\n",
    "access-list SPLIT standard permit 10.10.10.0 255.255.255.0\n"
    "group-policy L2TP-VPN attributes\nsplit-tunnel-policy tunnelspecified\n"
    "split-tunnel-network-list value SPLIT\n",
    "access-list BOX extended permit udp any any eq 500\n"
    "access-list BOX extended permit udp any any eq 4500\n"
    "access-list BOX extended permit esp any any\naccess-list BOX extended deny ip any any\n"
    "access-group BOX in interface outside control-plane\n",
    "no sysopt connection permit-vpn\naccess-list IN extended permit ip any any\n"
    "access-group IN in interface outside\n",
    "group-policy L2TP-VPN attributes\ngroup-lock value DefaultRAGroup\n",
    "tunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\nexit\n"
    "group-policy L2TP-VPN attributes\naddress-pools value Address-pool\n",
    "tunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\n"
    "dhcp-server 10.10.10.5\n",
    "tunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\nexit\n"
    "username test attributes\nvpn-framed-ip-address 192.168.1.9 255.255.255.0\n",
    "interface GigabitEthernet0/0\nno ip address\nip address dhcp setroute\n",
    "tunnel-group Unkeyed type remote-access\n",
    "group-policy Boss internal\nusername test attributes\nvpn-group-policy Boss\n",
    "tunnel-group DefaultRAGroup ppp-attributes\nauthentication chap\n",
};

#endif
