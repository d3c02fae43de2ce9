/* The table of families by what L2TP says; see family.h. */
#include "engine/l2tp/family.h"

#include <string.h>

#include "engine/l2tp/avp.h"

#define IS(p) (1U << PROFILE_##p)
#define NOBODY IS(UNKNOWN)
#define WINDOWS (NOBODY | IS(WINDOWS) | IS(WINDOWS_XP) | IS(WINDOWS_7))
#define UNIX (NOBODY | IS(STRONGSWAN) | IS(LIBRESWAN) | IS(MIKROTIK))
#define ANY 0, UINT16_MAX
/* mtpd's SCCRQ: version, host, framing, tunnel id, window */
#define MTPD 0x020703090a

/* clang-format off */
static const struct {
	uint32_t so_far;     /* families of which it is a refinement, as bits */
	const char *vendor;  /* the whole name, NULL = whatever it is */
	const char *host;    /* a part of the name, in any case; NULL = whatever it is */
	uint16_t from, to;   /* firmware, 0 when none is said */
	uint64_t order;      /* of the attributes, 0 = whatever it is */
	enum client_profile family;
} rows[] = { /* the first that fits */
	/* so far           vendor           host         firmware        order family */
	{WINDOWS,           "Microsoft",     NULL,        0x0a00, 0x0aff, 0, PROFILE_WINDOWS_10},
	{WINDOWS,           "Microsoft",     NULL,        0x0602, 0x0603, 0, PROFILE_WINDOWS_8},
	{WINDOWS,           "Microsoft",     NULL,        0x0601, 0x0601, 0, PROFILE_WINDOWS_7},
	{WINDOWS,           "Microsoft",     NULL,        0x0501, 0x0502, 0, PROFILE_WINDOWS_XP},
	{NOBODY,            "Microsoft",     NULL,        ANY,            0, PROFILE_WINDOWS},
	{UNIX,              "MikroTik",      NULL,        ANY,            0, PROFILE_MIKROTIK},
	{IS(APPLE),         NULL,            "iPhone",    ANY,            0, PROFILE_IOS},
	{IS(APPLE),         NULL,            "iPad",      ANY,            0, PROFILE_IOS},
	{IS(APPLE),         NULL,            "iPod",      ANY,            0, PROFILE_IOS},
	{IS(APPLE),         NULL,            "Mac",       ANY,            0, PROFILE_MACOS},
	{IS(APPLE),         NULL,            ".local",    ANY,            0, PROFILE_MACOS},
	{NOBODY,            "",              "anonymous", ANY,         MTPD, PROFILE_ANDROID},
	{NOBODY,            "",              "iPhone",    ANY,            0, PROFILE_IOS},
	{NOBODY,            "",              "iPad",      ANY,            0, PROFILE_IOS},
	{NOBODY,            "",              "MacBook",   ANY,            0, PROFILE_MACOS},
	{NOBODY,            "",              "iMac",      ANY,            0, PROFILE_MACOS},
	{NOBODY,            "xelerance.com", NULL,        ANY,            0, PROFILE_LINUX},
};
/* clang-format on */
_Static_assert(PROFILE_COUNT <= 32, "families as bits");

enum client_profile l2tp_family(enum client_profile so_far, const struct l2tp_session_info *i)
{
	for (size_t n = 0; n < sizeof rows / sizeof *rows; n++)
		if (rows[n].so_far & 1U << so_far && i->firmware >= rows[n].from &&
		    i->firmware <= rows[n].to &&
		    (!rows[n].vendor || strcmp(i->vendor, rows[n].vendor) == 0) &&
		    (!rows[n].host || strcasestr(i->host, rows[n].host)) &&
		    (!rows[n].order || i->order == rows[n].order))
			return rows[n].family;
	return so_far;
}
