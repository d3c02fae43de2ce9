/* Offers and configuration in words; see terms.h. */
#include "engine/ike/terms.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Goes on behind what is there; what does not fit whole is left out, and "..." stands for it. */
static void __attribute__((format(printf, 2, 3))) add(char *to, const char *fmt, ...)
{
	static const char more[] = ", ...";
	size_t at = strlen(to), room = ATTEMPT_TERMS_MAX - sizeof more - at;
	char item[128];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(item, sizeof item, fmt, ap);
	va_end(ap);
	if (at >= sizeof more && strcmp(to + at - (sizeof more - 1), more) == 0)
		return;
	if (n > 0 && (size_t)n + 2 <= room && (size_t)n < sizeof item)
		snprintf(to + at, ATTEMPT_TERMS_MAX - at, "%s%s", at ? ", " : "", item);
	else
		snprintf(to + at, ATTEMPT_TERMS_MAX - at, "%s", more);
}

/* ---- phase 1 ------------------------------------------------------------------------- */

/* The first of what a client offers that could be served is the one that he likes best. */
static void phase1_cure(const struct config *c, const struct oakley *o, char *cure)
{
	uint32_t free = 10;

	for (size_t i = 0; i < c->n_policies; i++)
		if (c->policies[i].set.priority == free)
			free += 10;
	snprintf(cure, ATTEMPT_TERMS_MAX,
	    "crypto ikev1 policy %u\n authentication pre-share\n encryption %s\n hash %s\n"
	    " group %u",
	    free, cipher_info[o->cipher].word, hash_info[o->hash].word, o->group);
}

static void phase1_configured(const struct config *c, char *to)
{
	for (size_t i = 0; i < c->n_policies; i++) {
		const struct ike_policy *p = &c->policies[i];

		add(to, "policy %u: %s/%s/group %u%s", p->set.priority, cipher_info[p->cipher].show,
		    hash_info[p->hash].show, p->set.dh, p->preshared ? "" : "/certificates");
	}
	if (!*to)
		add(to, "no crypto ikev1 policy");
}

enum reason phase1_terms(const struct config *c, const struct proposal *prop, size_t n,
    struct attempt_terms *terms)
{
	bool psk = false, any = false;

	memset(terms, 0, sizeof *terms);
	for (size_t i = 0; i < n; i++) {
		struct rd r = rd_init(prop[i].transforms.p, prop[i].transforms.len);
		struct transform t;

		while (transform_next(&r, &t)) {
			struct oakley o = oakley_read(&t);

			any = true;
			psk |= o.auth == AUTH_PSK;
			if (!o.known) {
				add(terms->offered, "one of a kind that is not known");
				continue;
			}
			add(terms->offered, "%s/%s/group %u%s", cipher_info[o.cipher].show,
			    hash_info[o.hash].show, o.group,
			    o.auth == AUTH_PSK ? "" : "/no pre-shared key");
			if (!*terms->cure && o.auth == AUTH_PSK && dh_group_find(o.group))
				phase1_cure(c, &o, terms->cure);
		}
	}
	phase1_configured(c, terms->configured);
	return any && !psk ? REASON_IKE_CERTIFICATES : REASON_IKE_NO_PROPOSAL;
}

/* ---- quick mode ---------------------------------------------------------------------- */

static const char *mode_of(const struct phase2_terms *terms, const struct esp_offer *o)
{
	bool transport = false, udp = false;

	if (!natt_encapsulation(&terms->natt, o->encapsulation, &transport, &udp))
		return "other mode";
	return transport ? "transport" : "tunnel";
}

/* The set that is right but for its mode, NULL if there is none. */
static const struct transform_set *only_mode(const struct phase2_terms *terms,
    const struct esp_offer *o)
{
	const struct strlist *names = &terms->entry->set.transform_sets;
	bool transport, udp;

	for (unsigned i = 0; i < names->n; i++) {
		const struct transform_set *s = config_transform_set(terms->config, names->v[i]);

		if (s && s->cipher == o->cipher && s->auth == o->auth && !s->transport &&
		    natt_encapsulation(&terms->natt, o->encapsulation, &transport, &udp) &&
		    transport && (!terms->entry->pfs_group || o->group == terms->entry->pfs_group))
			return s;
	}
	return NULL;
}

static void phase2_configured(const struct phase2_terms *terms, char *to)
{
	const struct strlist *names = &terms->entry->set.transform_sets;

	for (unsigned i = 0; i < names->n; i++) {
		const struct transform_set *s = config_transform_set(terms->config, names->v[i]);

		if (!s)
			add(to, "%s is not configured", names->v[i]);
		else
			add(to, "%s: %s/%s %s", s->set.name, cipher_info[s->cipher].show,
			    hash_info[s->auth].show, s->transport ? "transport" : "tunnel");
	}
	if (terms->entry->pfs_group)
		add(to, "pfs group %u", terms->entry->pfs_group);
	if (!*to)
		add(to, "no transform-set");
}

/* A set of its own for what the client likes best, in the entry that serves him. PFS that he does
 * not ask for must not be demanded. */
static void phase2_cure(const struct phase2_terms *terms, const struct esp_offer *o, char *cure)
{
	const struct cfg_crypto_map *e = &terms->entry->set;
	char entry[128], no_pfs[192] = "";
	bool is_static = false;

	for (size_t i = 0; i < terms->config->n_crypto_maps; i++)
		is_static |= &terms->config->crypto_maps[i] == terms->entry;
	snprintf(entry, sizeof entry, "crypto %smap %s %u", is_static ? "" : "dynamic-", e->name,
	    e->seq);
	if (terms->entry->pfs_group && terms->entry->pfs_group != o->group)
		snprintf(no_pfs, sizeof no_pfs, "\nno %s set pfs", entry);
	snprintf(cure, ATTEMPT_TERMS_MAX,
	    "crypto ipsec ikev1 transform-set L2TP-%s-%s %s %s\n"
	    "crypto ipsec ikev1 transform-set L2TP-%s-%s mode transport\n"
	    "%s set ikev1 transform-set L2TP-%s-%s%s",
	    cipher_info[o->cipher].show, hash_info[o->auth].show, cipher_info[o->cipher].esp,
	    hash_info[o->auth].esp, cipher_info[o->cipher].show, hash_info[o->auth].show, entry,
	    cipher_info[o->cipher].show, hash_info[o->auth].show, no_pfs);
}

/* A kind of offer that L2TP is served by. */
static bool is_usable(const struct phase2_terms *terms, const struct esp_offer *o)
{
	return o->auth != HASH_NONE && o->cipher != CIPHER_NULL &&
	    (o->group == 0 || dh_group_find(o->group)) &&
	    strcmp(mode_of(terms, o), terms->l2tp ? "transport" : "tunnel") == 0;
}

enum reason phase2_terms(const struct phase2_terms *terms, const struct proposal *prop, size_t n,
    struct attempt_terms *said)
{
	const struct transform_set *tunnel = NULL;

	memset(said, 0, sizeof *said);
	for (size_t i = 0; i < n; i++) {
		struct rd r = rd_init(prop[i].transforms.p, prop[i].transforms.len);
		struct transform t;
		struct esp_offer o;

		if (prop[i].protocol != PROTO_ESP) {
			add(said->offered, "AH");
			continue;
		}
		while (transform_next(&r, &t)) {
			if (!esp_offer_read(&t, &o)) {
				add(said->offered, "one of a kind that is not known");
				continue;
			}
			add(said->offered, "%s/%s %s", cipher_info[o.cipher].show,
			    hash_info[o.auth].show, mode_of(terms, &o));
			if (!tunnel)
				tunnel = only_mode(terms, &o);
			if (!*said->cure && is_usable(terms, &o))
				phase2_cure(terms, &o, said->cure);
		}
	}
	phase2_configured(terms, said->configured);
	if (!tunnel)
		return REASON_IPSEC_NO_PROPOSAL;
	snprintf(said->cure, sizeof said->cure,
	    "crypto ipsec ikev1 transform-set %s mode transport", tunnel->set.name);
	return REASON_IPSEC_TUNNEL_MODE;
}
