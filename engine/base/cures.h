/*
 * Cures that more than one place prints: reason.def, whoever refuses with a part of one, and the
 * doctor, who finds the same mistake before anybody has dialled (cli/doctor/). They are written as
 * reason.def's are; parts stand one under the other.
 */
#ifndef GATEHOUSE_CURES_H
#define GATEHOUSE_CURES_H

/* ---- IKE */
#define CURE_ENABLE "crypto ikev1 enable {interface}"
#define CURE_IKE_POLICY                                                                            \
	"crypto ikev1 policy {number}\n authentication pre-share\n encryption {encryption}\n"      \
	" hash {hash}\n group {group}"
/* The same for an offer that nobody should be let agree to. */
#define CURE_IKE_WEAK                                                                              \
	"! better let the client offer more; as it is, it needs what is no protection:\n"          \
	"! crypto ikev1 policy {number}\n!  authentication pre-share\n"                            \
	"!  encryption {encryption}\n!  hash {hash}\n!  group {group}"
#define CURE_KEY "tunnel-group {tunnel-group} ipsec-attributes\n!  ikev1 pre-shared-key KEY"

/* What is proposed of all that a client offers, if he offers it: most families do. */
#define CURE_IKE_ENCRYPTION "aes-256"
#define CURE_IKE_HASH "sha"
#define CURE_IKE_GROUP 14

/* ---- maps and transform-sets */
#define CURE_NEW_DYNAMIC                                                                           \
	"crypto dynamic-map {dynamic-map} 10 set ikev1 transform-set {transform-set}"
/* Behind the entries that there are. */
#define CURE_LAST_DYNAMIC                                                                          \
	"crypto dynamic-map {dynamic-map} 65535 set ikev1 transform-set {transform-set}"
#define CURE_NEW_ENTRY "crypto map {map} 65535 ipsec-isakmp dynamic {dynamic-map}"
#define CURE_BIND "crypto map {map} interface {interface}"
#define CURE_NO_MATCH "no {entry} match address {list}"
#define CURE_NO_PFS "no {entry} set pfs"
#define CURE_MODE "crypto ipsec ikev1 transform-set {transform-set} mode transport"
#define CURE_NEW_SET                                                                               \
	"crypto ipsec ikev1 transform-set {transform-set} {encryption} {hash}\n" CURE_MODE
/* {sets}: those that the entry has, each with a blank behind it; other clients may use them. */
#define CURE_ADD_SET "{entry} set ikev1 transform-set {sets}{transform-set}"

#define CURE_ESP_ENCRYPTION "esp-aes"
#define CURE_ESP_HASH "esp-sha-hmac"
#define CURE_SET "L2TP-SET" /* of these two; of others the name says what they are */

/* ---- addresses */
#define CURE_NEW_POOL "ip local pool {pool} {range} mask 255.255.255.0"
#define CURE_GROUP_POOL                                                                            \
	"tunnel-group {tunnel-group} general-attributes\n address-pool {pool}"
#define CURE_POLICY_POOL "{kind} {name} attributes\n address-pools value {pool}"
#define CURE_ASSIGN "vpn-addr-assign {source}"

/* ---- attributes of a policy: where they are said, `{kind} {name}` is "group-policy P" or
 * "username U" */
#define CURE_PROTOCOLS "{kind} {name} attributes\n vpn-tunnel-protocol {protocols}"
#define CURE_LOGINS "{kind} {name} attributes\n vpn-simultaneous-logins 3"
#define CURE_HOURS                                                                                 \
	"{kind} {name} attributes\n!  vpn-access-hours none\n"                                     \
	"! or let time-range {hours} be longer: show time-range"
#define CURE_LOCK                                                                                  \
	"{kind} {name} attributes\n!  group-lock none\n"                                           \
	"! or let the user come by tunnel group {lock}"
#define CURE_FILTER                                                                                \
	"! access-list {filter} extended permit ip any any\n"                                      \
	"! or the rules that his packets shall pass"

/* ---- logins */
#define CURE_METHOD "tunnel-group {tunnel-group} ppp-attributes\n authentication {method}"
#define CURE_SERVER_METHOD                                                                         \
	"! let the tunnel group offer a method that server group {servers} can check:\n"           \
	"tunnel-group {tunnel-group} ppp-attributes\n!  authentication {server-method}"
#define CURE_USER "! username {user} password PASSWORD mschap{privilege}"
#define CURE_NEW_USER CURE_USER "\n! of another login server: add the user there"
#define CURE_SERVER                                                                                \
	"! check address, port and key of the aaa-server host, and that the server knows this "    \
	"appliance; then\n! test aaa-server authentication {servers}"

#endif
