/* The table of families by what IKE says; see family.h. */
#include "engine/ike/family.h"

#define OAKLEY_3DES 5
#define CURVE_FIRST 19 /* RFC 5903 */
#define CURVE_LAST 21
#define ANY 0, UINT32_MAX

/* clang-format off */
static const struct {
	uint32_t need, none; /* all of these signs, and none of those */
	uint32_t nt5_from, nt5_to;
	enum client_profile family;
} rows[] = { /* the first that fits */
	/* need                                          none             version  family */
	{SIGN_NT5,                                       0,               2, 4, PROFILE_WINDOWS_XP},
	{SIGN_NT5,                                       0,               8, 8, PROFILE_WINDOWS_7},
	{SIGN_NT5,                                       0,               ANY,  PROFILE_WINDOWS},
	{SIGN_MICROSOFT,                                 0,               ANY,  PROFILE_WINDOWS},
	{SIGN_APPLE,                                     0,               ANY,  PROFILE_APPLE},
	{SIGN_LIBRESWAN,                                 0,               ANY,  PROFILE_LIBRESWAN},
	{SIGN_LIFE_LAST | SIGN_DPD | SIGN_CURVE | SIGN_3DES | SIGN_XAUTH, SIGN_UNITY,
	                                                                  ANY,  PROFILE_NETWORKMANAGER},
	{SIGN_STRONGSWAN,                                0,               ANY,  PROFILE_STRONGSWAN},
	{SIGN_LIFE_LAST | SIGN_DPD | SIGN_XAUTH,         SIGN_UNITY,      ANY,  PROFILE_STRONGSWAN},
	{SIGN_LIFE_AUTH | SIGN_DPD | SIGN_UNITY,         SIGN_XAUTH,      ANY,  PROFILE_MIKROTIK},
	{SIGN_LIFE_AUTH | SIGN_NATT_RFC | SIGN_NATT_OLD, SIGN_NATT_LATE | SIGN_RACOON,
	                                                                  ANY,  PROFILE_ANDROID},
	{SIGN_LIFE_HASH | SIGN_DPD,                      0,               ANY,  PROFILE_LIBRESWAN},
};

static const struct {
	uint32_t sign;
	uint16_t type[6]; /* without the key length, which only some ciphers have */
} orders[] = {
	{SIGN_LIFE_AUTH, {OAK_LIFE_TYPE, OAK_LIFE_DURATION, OAK_ENCRYPTION, OAK_AUTH, OAK_HASH,
	                  OAK_GROUP}},
	{SIGN_LIFE_HASH, {OAK_LIFE_TYPE, OAK_LIFE_DURATION, OAK_ENCRYPTION, OAK_HASH, OAK_AUTH,
	                  OAK_GROUP}},
	{SIGN_LIFE_LAST, {OAK_ENCRYPTION, OAK_HASH, OAK_GROUP, OAK_AUTH, OAK_LIFE_TYPE,
	                  OAK_LIFE_DURATION}},
};
/* clang-format on */
#define N_OF(a) (sizeof(a) / sizeof *(a))

static bool ordered(const struct transform *t, const uint16_t *type, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->attr[i].type == OAK_KEY_LENGTH)
			continue;
		if (at == n || t->attr[i].type != type[at++])
			return false;
	}
	return at == n;
}

static uint32_t order_of(const struct transform *t)
{
	for (size_t i = 0; i < N_OF(orders); i++)
		if (ordered(t, orders[i].type, N_OF(orders[i].type)))
			return orders[i].sign;
	return 0;
}

static uint32_t algorithms_of(const struct transform *t)
{
	uint64_t v;
	uint32_t signs = 0;

	if (attribute_get(t, OAK_GROUP, &v) && v >= CURVE_FIRST && v <= CURVE_LAST)
		signs |= SIGN_CURVE;
	if (attribute_get(t, OAK_ENCRYPTION, &v) && v == OAKLEY_3DES)
		signs |= SIGN_3DES;
	return signs;
}

uint32_t family_offer_signs(const struct proposal *prop, size_t n)
{
	uint32_t signs = 0;
	bool first = true;

	for (size_t i = 0; i < n; i++) {
		struct rd r = rd_init(prop[i].transforms.p, prop[i].transforms.len);
		struct transform t;

		while (transform_next(&r, &t)) {
			if (first)
				signs |= order_of(&t);
			signs |= algorithms_of(&t);
			first = false;
		}
	}
	return signs;
}

enum client_profile family_of(const struct family_signs *s)
{
	for (size_t i = 0; i < N_OF(rows); i++)
		if ((s->seen & rows[i].need) == rows[i].need && !(s->seen & rows[i].none) &&
		    s->nt5 >= rows[i].nt5_from && s->nt5 <= rows[i].nt5_to)
			return rows[i].family;
	return PROFILE_UNKNOWN;
}
