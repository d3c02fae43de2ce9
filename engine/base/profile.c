/* The texts of the profiles; see profile.def. */
#include "engine/base/profile.h"

static const struct profile_text texts[PROFILE_COUNT] = {
#define PROFILE(name, word, text, patience) {word, text, patience},
#include "engine/base/profile.def"
#undef PROFILE
};

const struct profile_text *profile_text(enum client_profile p)
{
	return &texts[(unsigned)p < PROFILE_COUNT ? p : PROFILE_UNKNOWN];
}

bool profile_cuts_sha256(enum client_profile p)
{
	return p == PROFILE_ANDROID || p == PROFILE_UNKNOWN;
}
