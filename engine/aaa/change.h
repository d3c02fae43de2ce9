/*
 * A change of sessions that a login server orders (RFC 5176): its protocol asks, the engine does it,
 * and the protocol hears how many sessions it touched.
 */
#ifndef GATEHOUSE_AAA_CHANGE_H
#define GATEHOUSE_AAA_CHANGE_H

#include "engine/aaa/attribute.h"

struct aaa_change {
	bool end;         /* Disconnect; else the attributes are laid over the sessions' */
	const char *key;  /* of accounting (Acct-Session-Id), "" = any; as all of these */
	uint32_t session; /* Index (NAS-Port), 0 = any */
	const char *user;
	struct addr assigned, client;
	struct aaa_attributes attributes;
	/* Once, unless the engine is away: then at once with 0. */
	void (*done)(void *arg, uint32_t sessions);
	void *arg;
};

#endif
