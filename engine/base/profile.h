/*
 * Which family of clients somebody belongs to (profile.def). A value: the first message of IKE
 * betrays some of it, L2TP the rest; UNKNOWN is as good as any other, and a client that says
 * nothing of itself is served all the same.
 */
#ifndef GATEHOUSE_PROFILE_H
#define GATEHOUSE_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

enum client_profile {
#define PROFILE(name, word, text, patience) PROFILE_##name,
#include "engine/base/profile.def"
#undef PROFILE
	PROFILE_COUNT
};

/* Kept for as long as his session may be idle. */
#define PROFILE_KEPT UINT32_MAX

struct profile_text {
	const char *word; /* for machines */
	const char *text; /* for people */
	uint32_t patience; /* seconds, or PROFILE_KEPT */
};

/* Never NULL; a number that is none gives that of UNKNOWN. */
const struct profile_text *profile_text(enum client_profile);
/* May it cut the ICVs of HMAC-SHA2-256 to 96 bits? Android did so until its version 4; who is
 * unknown may be one. */
bool profile_cuts_sha256(enum client_profile);

#endif
