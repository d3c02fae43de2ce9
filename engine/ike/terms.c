/* Offers and configuration in words; see terms.h. */
#include "engine/ike/terms.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/config/cure_names.h"

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

/* What most families offer goes before what the client likes best. */
/* One packet of anybody's is enough to have it prescribed. */
static bool is_weak(const struct oakley *o)
{
	return o->cipher == CIPHER_DES || o->hash == HASH_MD5 || o->group == 1;
}

static bool is_better(const struct oakley *o, const char *cure)
{
	if (o->auth != AUTH_PSK || !dh_group_find(o->group))
		return false;
	return !*cure || (*cure == '!' && !is_weak(o)) ||
		(strcmp(cipher_info[o->cipher].word, CURE_IKE_ENCRYPTION) == 0 &&
			     strcmp(hash_info[o->hash].word, CURE_IKE_HASH) == 0 &&
			     o->group == CURE_IKE_GROUP);
}

static void phase1_cure(const struct config *c, const struct oakley *o, char *cure)
{
	uint32_t free = 10;
	char number[16], group[16];

	for (size_t i = 0; i < c->n_policies; i++)
		if (c->policies[i].set.priority == free)
			free += 10;
	snprintf(number, sizeof number, "%u", free);
	snprintf(group, sizeof group, "%u", o->group);
	*cure = '\0';
	cure_add(cure, is_weak(o) ? CURE_IKE_WEAK : CURE_IKE_POLICY,
	    &(struct cure_names){.number = number,
		.encryption = cipher_info[o->cipher].word,
		.hash = hash_info[o->hash].word,
		.group = group});
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

enum reason phase1_refusal(const struct proposal *prop, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		struct rd r = rd_init(prop[i].transforms.p, prop[i].transforms.len);
		struct transform t;
		uint64_t auth;

		while (transform_next(&r, &t)) {
			if (attribute_get(&t, OAK_AUTH, &auth) && auth == AUTH_PSK)
				return REASON_IKE_NO_PROPOSAL;
			any = true;
		}
	}
	return any ? REASON_IKE_CERTIFICATES : REASON_IKE_NO_PROPOSAL;
}

void phase1_terms(const struct config *c, const struct proposal *prop, size_t n,
    struct attempt_terms *terms)
{
	memset(terms, 0, sizeof *terms);
	for (size_t i = 0; i < n; i++) {
		struct rd r = rd_init(prop[i].transforms.p, prop[i].transforms.len);
		struct transform t;

		while (transform_next(&r, &t)) {
			struct oakley o = oakley_read(&t);

			if (!o.known) {
				add(terms->offered, "one of a kind that is not known");
				continue;
			}
			add(terms->offered, "%s/%s/group %u%s", cipher_info[o.cipher].show,
			    hash_info[o.hash].show, o.group,
			    o.auth == AUTH_PSK ? "" : "/no pre-shared key");
			if (is_better(&o, terms->cure))
				phase1_cure(c, &o, terms->cure);
		}
	}
	phase1_configured(c, terms->configured);
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

/* A kind of offer that L2TP is served by. */
static bool is_usable(const struct phase2_terms *terms, const struct esp_offer *o)
{
	return o->auth != HASH_NONE && o->cipher != CIPHER_NULL &&
	       (o->group == 0 || dh_group_find(o->group)) &&
	       strcmp(mode_of(terms, o), terms->l2tp ? "transport" : "tunnel") == 0;
}

static bool is_cure(const struct esp_offer *o)
{
	return strcmp(cipher_info[o->cipher].esp, CURE_ESP_ENCRYPTION) == 0 &&
	       strcmp(hash_info[o->auth].esp, CURE_ESP_HASH) == 0;
}

static bool fits(const struct transform_set *s, const struct esp_offer *o)
{
	return s && s->transport && s->cipher == o->cipher && s->auth == o->auth;
}

/* Has the entry a set for that offer? */
static bool has_set(const struct phase2_terms *terms, const struct esp_offer *o)
{
	const struct strlist *names = &terms->entry->set.transform_sets;

	for (unsigned i = 0; i < names->n; i++)
		if (fits(config_transform_set(terms->config, names->v[i]), o))
			return true;
	return false;
}

/* The name of a set for that offer, wherever it is used, or NULL. */
static const char *some_set(const struct config *c, const struct esp_offer *o)
{
	for (size_t i = 0; i < c->n_transform_sets; i++)
		if (fits(&c->transform_sets[i], o))
			return c->transform_sets[i].set.name;
	return NULL;
}

#define SETS_MAX 11 /* of an entry */

static bool set_free(void *config, const char *name)
{
	return !config_transform_set(config, name);
}

/* A set for that offer, one that there is or a new one, behind those that the entry has: other
 * clients may use them. */
static void add_set(
    const struct phase2_terms *terms, const struct esp_offer *o, const char *entry, char *cure)
{
	const struct strlist *own = &terms->entry->set.transform_sets;
	const char *there = some_set(terms->config, o);
	char name[64] = CURE_SET, next[CURE_NAME_MAX], sets[CURE_MAX] = "";
	void *config = (void *)(uintptr_t)terms->config;
	struct cure_names n = {.entry = entry,
	    .sets = sets,
	    .transform_set = name,
	    .encryption = cipher_info[o->cipher].esp,
	    .hash = hash_info[o->auth].esp};
	size_t at = 0;

	if (!is_cure(o))
		snprintf(name, sizeof name, "L2TP-%s-%s", cipher_info[o->cipher].show,
		    hash_info[o->auth].show);
	if (there)
		n.transform_set = there;
	else if (!set_free(config, name)) /* of other algorithms, for others */
		n.transform_set = cure_next_name(name, set_free, config, next);
	if (!there)
		cure_add(cure, CURE_NEW_SET, &n);
	for (unsigned i = 0; i < own->n && i < SETS_MAX - 1 && at < sizeof sets; i++)
		if (strcmp(own->v[i], n.transform_set) != 0)
			at += (size_t)snprintf(sets + at, sizeof sets - at, "%s ", own->v[i]);
	cure_add(cure, CURE_ADD_SET, &n);
}

/* PFS that the client does not ask for must not be demanded. */
static void phase2_cure(const struct phase2_terms *terms, const struct esp_offer *o, char *cure)
{
	char entry[CURE_ENTRY_MAX];

	config_entry_line(terms->config, terms->entry, entry);
	if (!has_set(terms, o))
		add_set(terms, o, entry, cure);
	if (terms->entry->pfs_group && terms->entry->pfs_group != o->group)
		cure_add(cure, CURE_NO_PFS, &(struct cure_names){.entry = entry});
}

/* Which of his offers the cure is for: what the entry has a set for, what there is a set for, what
 * most families offer, what the client likes best. */
static unsigned worth(const struct phase2_terms *terms, const struct esp_offer *o)
{
	return !is_usable(terms, o)	    ? 0
	       : has_set(terms, o)	    ? 4
	       : some_set(terms->config, o) ? 3
	       : is_cure(o)		    ? 2
					    : 1;
}

enum reason phase2_terms(const struct phase2_terms *terms, const struct proposal *prop, size_t n,
    struct attempt_terms *said)
{
	const struct transform_set *tunnel = NULL;
	unsigned best = 0;

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
			if (worth(terms, &o) > best)
				phase2_cure(terms, &o, strcpy(said->cure, ""));
			best = worth(terms, &o) > best ? worth(terms, &o) : best;
		}
	}
	phase2_configured(terms, said->configured);
	if (!tunnel)
		return REASON_IPSEC_NO_PROPOSAL;
	*said->cure = '\0';
	cure_add(said->cure, CURE_MODE, &(struct cure_names){.transform_set = tunnel->set.name});
	return REASON_IPSEC_TUNNEL_MODE;
}
