/*
 * Main, aggressive and quick mode and informational as a table (RFC 2409 5.4, 5.5, 5.7): what may
 * come when, and who takes it. Another authentication method is more rows; the dispatcher stays as
 * it is.
 */
#include "engine/ike/exchange_table.h"

#include "engine/ike/aggressive.h"
#include "engine/ike/informational.h"
#include "engine/ike/main_mode.h"
#include "engine/ike/main_mode_renew.h"
#include "engine/ike/protection.h"
#include "engine/ike/quick_mode.h"
#include "engine/ike/quick_mode_renew.h"

static const struct exchange_row rows[] = {
	/* exchange, state, role, auth, message, required, optional, flags, open, receive, next */
	{XCHG_MAIN, MM_WAIT_MSG3, ROLE_RESPONDER, AUTH_ANY, "HDR, KE, Ni [, NAT-D, NAT-D] -->",
	    HAS_KE | HAS_NONCE, HAS_NATD | HAS_CERTS, 0,
	    open_clear, mm3_receive, MM_WAIT_MSG5},
	/* Another message 3, when a damaged one was taken for good. */
	{XCHG_MAIN, MM_WAIT_MSG5, ROLE_RESPONDER, AUTH_ANY, "HDR, KE, Ni [, NAT-D, NAT-D] -->",
	    HAS_KE | HAS_NONCE, HAS_NATD | HAS_CERTS, 0,
	    open_clear, mm3_receive, MM_WAIT_MSG5},
	{XCHG_MAIN, MM_WAIT_MSG5, ROLE_RESPONDER, AUTH_PSK, "HDR*, IDii, HASH_I [, N] -->",
	    HAS_ID | HAS_HASH, HAS_NOTIFY | HAS_CERTS, ENCRYPTED,
	    mm5_open_psk, mm5_receive, MM_ACTIVE},
	/* Our own, to renew one of a peer that is there. */
	{XCHG_MAIN, MM_WAIT_MSG2, ROLE_INITIATOR, AUTH_PSK, "HDR, SA <--",
	    HAS_SA, 0, 0,
	    open_clear, mm2_receive, MM_BLD_MSG3},
	{XCHG_MAIN, MM_WAIT_MSG4, ROLE_INITIATOR, AUTH_PSK, "HDR, KE, Nr [, NAT-D, NAT-D] <--",
	    HAS_KE | HAS_NONCE, HAS_NATD | HAS_CERTS, 0,
	    open_clear, mm4_receive, MM_BLD_MSG5},
	{XCHG_MAIN, MM_WAIT_MSG6, ROLE_INITIATOR, AUTH_PSK, "HDR*, IDir, HASH_R [, N] <--",
	    HAS_ID | HAS_HASH, HAS_NOTIFY | HAS_CERTS, ENCRYPTED,
	    open_main, mm6_receive, MM_ACTIVE},
	{XCHG_AGGRESSIVE, AM_WAIT_MSG3, ROLE_RESPONDER, AUTH_PSK,
	    "HDR*, HASH_I [, NAT-D, NAT-D] [, N] -->",
	    HAS_HASH, HAS_NATD | HAS_NOTIFY | HAS_CERTS, ENCRYPTED,
	    open_main, am3_receive, MM_ACTIVE},
	{XCHG_AGGRESSIVE, AM_WAIT_MSG3, ROLE_RESPONDER, AUTH_PSK,
	    "HDR, HASH_I [, NAT-D, NAT-D] [, N] -->",
	    HAS_HASH, HAS_NATD | HAS_NOTIFY | HAS_CERTS, 0,
	    open_clear, am3_receive, MM_ACTIVE},
	{XCHG_QUICK, QM_START, ROLE_RESPONDER, AUTH_ANY,
	    "HDR*, HASH(1), SA, Ni [, KE] [, IDci, IDcr] [, NAT-OA] -->",
	    HAS_HASH | HAS_SA | HAS_NONCE, HAS_KE | HAS_ID | HAS_NATOA | HAS_NOTIFY,
	    ENCRYPTED | HASH_FIRST | STARTS_QM,
	    open_first, qm1_receive, QM_WAIT_MSG3},
	{XCHG_QUICK, QM_WAIT_MSG3, ROLE_RESPONDER, AUTH_ANY, "HDR*, HASH(3) -->",
	    HAS_HASH, HAS_NOTIFY, ENCRYPTED | HASH_FIRST,
	    open_next, qm3_receive, QM_ACTIVE},
	/* Our own, when the peer has not come first. */
	{XCHG_QUICK, QM_WAIT_MSG2, ROLE_INITIATOR, AUTH_ANY,
	    "HDR*, HASH(2), SA, Nr [, KE] [, IDci, IDcr] [, NAT-OA] <--",
	    HAS_HASH | HAS_SA | HAS_NONCE, HAS_KE | HAS_ID | HAS_NATOA | HAS_NOTIFY,
	    ENCRYPTED | HASH_FIRST,
	    open_next, qm2_receive, QM_CONFIRM},
	{XCHG_INFORMATIONAL, MM_ACTIVE, EITHER_ROLE, AUTH_ANY, "HDR*, HASH(1), N/D -->",
	    HAS_HASH, HAS_NOTIFY | HAS_DELETE, ENCRYPTED | HASH_FIRST,
	    open_first, informational_receive, MM_ACTIVE},
};

const struct exchange_table exchange_table = {rows, sizeof rows / sizeof *rows};
