/* Records of the families of clients: how each is known, what it does, how many there are. */
#include <stdio.h>

#include "engine/base/profile.h"
#include "engine/session/records.h"
#include "engine/session/session.h"

/* For people. `by`: what of engine/ike/family.c and engine/l2tp/family.c its rows ask for; `does`:
 * what it does unlike others and the gateway copes with. */
static const struct {
	const char *by, *does;
} notes[PROFILE_COUNT] = {
	[PROFILE_UNKNOWN] = {"nothing that is known", "served as the standards say"},
	[PROFILE_WINDOWS_XP] = {"vendor id MS NT5 ISAKMPOAKLEY 2 to 4; L2TP: Microsoft 5.1, 5.2",
	    "NAT-T of draft 02; lives answered in two bytes; no DPD; callback and MPPE rejected"},
	[PROFILE_WINDOWS_7] = {"vendor id MS NT5 ISAKMPOAKLEY 8; L2TP: Microsoft 6.1",
	    "lives answered in two bytes; no DPD; callback and MPPE rejected; DHCPINFORM"},
	[PROFILE_WINDOWS_8] = {"vendor id MS NT5 ISAKMPOAKLEY 9; L2TP: Microsoft 6.2, 6.3",
	    "lives answered in two bytes; no DPD; callback and MPPE rejected; DHCPINFORM"},
	[PROFILE_WINDOWS_10] = {"vendor id MS NT5 ISAKMPOAKLEY 9; L2TP: Microsoft 10.0",
	    "lives answered in two bytes; no DPD; callback and MPPE rejected; DHCPINFORM"},
	[PROFILE_WINDOWS] = {"any vendor id of Microsoft; L2TP: Microsoft of another version",
	    "lives answered in two bytes; no DPD; callback and MPPE rejected; DHCPINFORM"},
	[PROFILE_MACOS] = {"Apple's vendor ids; host name of a Mac or in .local",
	    "phase 2 without a port; INITIAL-CONTACT behind phase 1; VJ rejected; DHCPINFORM"},
	[PROFILE_IOS] = {"Apple's vendor ids; host name with iPhone, iPad or iPod",
	    "INITIAL-CONTACT behind phase 1; VJ rejected; DHCPINFORM"},
	[PROFILE_APPLE] = {"vendor id draft-ietf-ipsec-nat-t-ike; another host name",
	    "INITIAL-CONTACT behind phase 1; VJ rejected; DHCPINFORM"},
	[PROFILE_ANDROID] = {"NAT-T drafts 02 and 00, life first; host anonymous, AVPs of mtpd",
	    "L2TP window of 1; INITIAL-CONTACT behind phase 1; SHA2-256 cut to 96 bits"},
	[PROFILE_STRONGSWAN] = {"vendor id strongSwan, or XAUTH and DPD, life last",
	    "INITIAL-CONTACT within message 5; VJ rejected"},
	[PROFILE_LIBRESWAN] = {"vendor id OE..., or DPD with life, hash, authentication",
	    "key length behind all attributes; VJ rejected"},
	[PROFILE_NETWORKMANAGER] = {"as strongSwan, and both 3DES and elliptic curves offered",
	    "phase 2 without a port; INITIAL-CONTACT within message 5; VJ rejected"},
	[PROFILE_MIKROTIK] = {"vendor ids Unity and DPD, life first; L2TP: MikroTik",
	    "ICRQ without serial number, ICCN without speed or framing; IPCP before the login"},
	[PROFILE_LINUX] = {"L2TP: xelerance.com, of an unknown IKE", "VJ rejected"},
};

static uint32_t active(const struct gateway *gw, enum client_profile client)
{
	const struct session *s;
	uint32_t n = 0;

	LIST_FOREACH(s, &gw->sessions, link)
		n += s->up && s->client == client;
	return n;
}

void query_profiles(struct query *q)
{
	for (unsigned p = 0; p < PROFILE_COUNT; p++) {
		struct ipc_msg m = {.type = MSG_REC_CLIENT_PROFILE};

		m.rec_client_profile = (struct msg_rec_client_profile){
		    .id = q->q->id,
		    .name = profile_text(p)->word,
		    .client = profile_text(p)->text,
		    .known_by = notes[p].by,
		    .handled = notes[p].does,
		    .active = active(q->gw, p),
		    .cumulative = q->gw->served[p],
		};
		query_emit(q, &m);
	}
	query_end(q, 0);
}
