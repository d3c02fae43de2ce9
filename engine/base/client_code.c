/*
 * The numbers of Windows. What a packet of ours says, or that none comes, decides; the same reason
 * is told by another packet at another stage:
 *
 *   no answer in IKE (messages 1 and 3 dropped, 5 not come)    809
 *   message 5 not understood, keys that differ                 789
 *   NO-PROPOSAL-CHOSEN, in phase 1 or in quick mode            788
 *   IPsec is up, L2TP is not answered                          809
 *   CHAP Failure, PAP Nak                                      691, or the number within
 *   LCP ends over authentication                               734
 *   LCP or the login does not come to an end                   718
 *   IPCP does not come to an end, no address                   720
 */
#include "engine/base/client_code.h"

#include <stddef.h>

static const struct {
	enum reason why;
	/* It holds from there on, until a later row of that reason; before, reason.def's does. */
	enum attempt_stage from;
	int code;
} by_stage[] = {
    {REASON_IKE_MALFORMED, ATTEMPT_NEGOTIATED, 789},
    {REASON_IKE_MALFORMED, ATTEMPT_AUTHENTICATED, 788}, /* quick mode is refused */
    {REASON_SHARE_USED_UP, ATTEMPT_AUTHENTICATED, 789},
    {REASON_SHARE_USED_UP, ATTEMPT_IPSEC, 809},
    {REASON_NO_MEMORY, ATTEMPT_AUTHENTICATED, 788},
    {REASON_NO_MEMORY, ATTEMPT_IPSEC, 809},
    {REASON_NO_MEMORY, ATTEMPT_L2TP, 718},
    {REASON_NO_MEMORY, ATTEMPT_LOGIN, 691},
    {REASON_IPSEC_PROTOCOL_OFF, ATTEMPT_LOGIN, 691},
    {REASON_CLIENT_GAVE_UP, ATTEMPT_IPSEC, 809},
    {REASON_CLIENT_GAVE_UP, ATTEMPT_L2TP, 718},
    {REASON_CLIENT_GAVE_UP, ATTEMPT_ACCEPTED, 720},
    {REASON_PPP_TIMEOUT, ATTEMPT_ACCEPTED, 720},
};

int client_code(enum reason why, enum attempt_stage stage)
{
	int code = reason_text(why)->windows;

	for (size_t i = 0; i < sizeof by_stage / sizeof *by_stage; i++)
		if (by_stage[i].why == why && stage >= by_stage[i].from)
			code = by_stage[i].code;
	return code;
}

int client_code_mschap(int code)
{
	static const int known[] = {646, 647, 648, 649, 691, 709};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i] == code)
			return code;
	return 691;
}
