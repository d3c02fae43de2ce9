/* The filters of show, clear and logoff commands: one table for SA pairs, one for sessions. */
#include "engine/session/filter.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_addr(const struct addr *a, const char *value)
{
	char text[ADDR_TEXT_MAX];

	return strcmp(addr_text(a, text), value) == 0;
}

/* ---- SA pairs -------------------------------------------------------------------- */

static bool pair_peer(const struct sa_pair *p, const char *value)
{
	return is_addr(&p->peer->path.remote.addr, value);
}

static bool pair_map(const struct sa_pair *p, const char *value)
{
	return p->child.map && strcmp(p->child.map, value) == 0;
}

static bool pair_user(const struct sa_pair *p, const char *value)
{
	return p->peer->session && strcmp(p->peer->session->user, value) == 0;
}

static bool pair_spi(const struct sa_pair *p, const char *value)
{
	return p->child.spi_in == strtoul(value, NULL, 0);
}

bool pair_fits(const struct sa_pair *p, const char *filter, const char *value)
{
	static const struct {
		const char *word;
		bool (*fits)(const struct sa_pair *, const char *value);
	} table[] = {
	    {"peer", pair_peer},
	    {"map", pair_map},
	    {"user", pair_user},
	    {"spi", pair_spi},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].word, filter) == 0)
			return table[i].fits(p, value);
	return *filter == '\0';
}

/* ---- sessions ---------------------------------------------------------------------- */

static bool session_name(const struct session *s, const char *value)
{
	return strcmp(s->user, value) == 0;
}

static bool session_index(const struct session *s, const char *value)
{
	return s->peer->index == strtoul(value, NULL, 10);
}

static bool session_assigned(const struct session *s, const char *value)
{
	const struct addr client = addr_v4(s->address);

	return is_addr(&client, value);
}

static bool session_public(const struct session *s, const char *value)
{
	return is_addr(&s->peer->path.remote.addr, value);
}

static bool session_either(const struct session *s, const char *value)
{
	return session_assigned(s, value) || session_public(s, value);
}

static bool session_group(const struct session *s, const char *value)
{
	return strcmp(s->peer->tunnel_group, value) == 0;
}

static bool session_encryption(const struct session *s, const char *value)
{
	const struct sa_pair *use = s->peer->use;

	return use && strcasecmp(cipher_info[use->child.cipher].show, value) == 0;
}

/* A session is one of each protocol that it is made of. */
static bool session_protocol(const struct session *s, const char *value)
{
	bool nat = s->peer->nat_t;

	return strcasecmp(value, "ikev1") == 0 ||
	    strcasecmp(value, nat ? "IPsecOverNatT" : "IPsec") == 0 ||
	    strcasecmp(value, nat ? "L2TPOverIPsecOverNatT" : "L2TPOverIPsec") == 0;
}

bool session_fits(const struct session *s, const char *filter, const char *value)
{
	static const struct {
		const char *word;
		bool (*fits)(const struct session *, const char *value);
	} table[] = {
	    {"name", session_name},
	    {"index", session_index},
	    {"ipaddress", session_either},
	    {"a-ipaddress", session_assigned},
	    {"p-ipaddress", session_public},
	    {"tunnel-group", session_group},
	    {"encryption", session_encryption},
	    {"protocol", session_protocol},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].word, filter) == 0)
			return table[i].fits(s, value);
	/* There is only that type of sessions. */
	return *filter == '\0' || strcmp(filter, "all") == 0 ||
	    strcmp(filter, "ra-ikev1-ipsec") == 0;
}
