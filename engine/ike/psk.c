/* Pre-shared keys (RFC 2409 5.4); see psk.h. */
#include "engine/ike/psk.h"

#include <string.h>

#define DEFAULT_GROUP "DefaultRAGroup"

enum { BY_ADDRESS, BY_DEFAULT, BY_TYPE, PASSES };

/* Distinct keys and the groups that have them: BY_ADDRESS and BY_DEFAULT come first. */
struct candidates {
	const struct cfg_tunnel_group *g[PSK_CANDIDATES_MAX];
	size_t n, free; /* of them cost nothing when they are wrong */
	const struct config *config;
};

static bool is_default(const struct cfg_tunnel_group *g)
{
	return strcmp(g->name, DEFAULT_GROUP) == 0;
}

static bool candidate(const struct cfg_tunnel_group *g, unsigned pass, const char *address)
{
	if (!g->psk)
		return false;
	switch (pass) {
	case BY_ADDRESS:
		return strcmp(g->name, address) == 0;
	case BY_DEFAULT:
		return is_default(g);
	default:
		return !is_default(g) && strcmp(g->name, address) != 0 && g->type &&
		    strcmp(g->type, "remote-access") == 0;
	}
}

static bool same_key(const struct cfg_tunnel_group *a, const struct cfg_tunnel_group *b)
{
	size_t len = strlen(a->psk);

	return len == strlen(b->psk) && crypto_equal(a->psk, b->psk, len);
}

/* Once per key: DefaultRAGroup has one only when no other group has it. */
static void add(struct candidates *c, const struct cfg_tunnel_group *g)
{
	for (size_t i = 0; i < c->n; i++)
		if (same_key(c->g[i], g)) {
			if (is_default(c->g[i]))
				c->g[i] = g;
			return;
		}
	if (c->n < PSK_CANDIDATES_MAX)
		c->g[c->n++] = g;
}

static void collect(const struct ike *ike, const struct path *path, struct candidates *c)
{
	const struct config *cfg = ike->config;
	char address[ADDR_TEXT_MAX];

	addr_text(&path->remote.addr, address);
	*c = (struct candidates){.config = cfg};
	for (unsigned pass = 0; pass < PASSES; pass++) {
		for (size_t i = 0; i < cfg->n_tunnel_groups; i++)
			if (candidate(&cfg->tunnel_groups[i], pass, address))
				add(c, &cfg->tunnel_groups[i]);
		if (pass == BY_DEFAULT)
			c->free = c->n;
	}
	if (c->free == 0 && c->n > 0)
		c->free = 1;
}

const struct cfg_tunnel_group *psk_first(const struct ike *ike, const struct path *path)
{
	const struct config *cfg = ike->config;
	char address[ADDR_TEXT_MAX];

	addr_text(&path->remote.addr, address);
	for (unsigned pass = 0; pass < PASSES; pass++)
		for (size_t i = 0; i < cfg->n_tunnel_groups; i++)
			if (candidate(&cfg->tunnel_groups[i], pass, address))
				return &cfg->tunnel_groups[i];
	return NULL;
}

const struct cfg_tunnel_group *psk_named(const struct ike *ike, const struct path *path,
    const char *name)
{
	const struct cfg_tunnel_group *g = config_tunnel_group(ike->config, name);
	char address[ADDR_TEXT_MAX];

	if (g && g->psk && g->type && strcmp(g->type, "remote-access") == 0)
		return g;
	g = config_tunnel_group(ike->config, addr_text(&path->remote.addr, address));
	if (g && g->psk)
		return g;
	g = config_tunnel_group(ike->config, DEFAULT_GROUP);
	return g && g->psk ? g : NULL;
}

/* The generic header of the first payload, before all of a long message is decrypted. */
static bool plausible(const struct crypto *c, const struct ike_keys *keys,
    const struct incoming *in)
{
	uint8_t iv[CRYPTO_BLOCK_MAX], first[CRYPTO_BLOCK_MAX];
	size_t block = cipher_info[keys->cipher].block;

	if (in->body_len < block || in->body_len % block != 0)
		return false;
	memcpy(iv, keys->iv, sizeof iv);
	memcpy(first, in->body, block);
	return keymat_crypt(c, keys, false, iv, first, block) && first[1] == 0 &&
	    (size_t)(first[2] << 8 | first[3]) <= in->body_len;
}

/* One key on message 5, which stays as it is. `keys` are those of this key, before the message. */
static bool fits(struct ike_sa *sa, const struct incoming *in, const char *psk,
    struct ike_keys *keys)
{
	const struct crypto *c = sa->ike->crypto;
	struct ike_exchanged x = sa_exchanged(sa);
	struct message m = {.h = in->m.h};
	uint8_t body[MESSAGE_MAX], hash[CRYPTO_HASH_MAX], iv[CRYPTO_BLOCK_MAX];
	size_t size = hash_info[sa->hash].size;
	const struct payload *id, *got;
	bool ok;

	keys->cipher = sa->cipher;
	keys->hash = sa->hash;
	if (!keymat_phase1(c, keys, &x, (struct chunk){psk, strlen(psk)}) ||
	    !plausible(c, keys, in))
		return false;
	memcpy(iv, keys->iv, sizeof iv);
	memcpy(body, in->body, in->body_len);
	ok = keymat_crypt(c, keys, false, iv, body, in->body_len) &&
	    isakmp_payloads_read(&m, body, in->body_len, true);
	id = ok ? message_get(&m, HAS_ID, 0) : NULL;
	got = ok ? message_get(&m, HAS_HASH, 0) : NULL;
	ok = id && got && got->body.len == size &&
	    keymat_hash_auth(c, keys, &x, true, id->body, hash) &&
	    crypto_equal(hash, got->body.p, size);
	crypto_wipe(body, in->body_len);
	return ok;
}

/* The key of a group by which somebody is connected costs nothing, either. */
static void set_free(void *ctx, const char *group)
{
	struct candidates *c = ctx;
	const struct cfg_tunnel_group *g = config_tunnel_group(c->config, group), *moved;

	for (size_t i = c->free; g && g->psk && i < c->n; i++) {
		if (!same_key(c->g[i], g))
			continue;
		moved = c->g[c->free];
		c->g[c->free++] = c->g[i];
		c->g[i] = moved;
		return;
	}
}

/* How many of them this address may have tried. */
static size_t allowed(struct ike_sa *sa, struct candidates *c, uint64_t now)
{
	struct ike *ike = sa->ike;

	if (c->n == c->free || tries_allowed(&ike->tries, sa->origin, now))
		return c->n;
	ike->ops->groups_at(ike->owner, &sa->path.remote.addr, set_free, c);
	if (c->n == c->free)
		return c->n;
	ike->stats.keys_withheld++;
	trace_ike(ike->trace, 713903, IP_OF(sa),
	    "Too many wrong keys from this address: only %zu of %zu keys are tried", c->free, c->n);
	return c->free;
}

const struct cfg_tunnel_group *psk_find(struct ike_sa *sa, struct incoming *in)
{
	struct ike *ike = sa->ike;
	struct ike_keys *keys = &sa->rest->keys;
	uint64_t now = ike->env->now(ike->env);
	const struct cfg_tunnel_group *found = NULL;
	struct candidates c;
	size_t n;

	collect(ike, &sa->path, &c);
	n = allowed(sa, &c, now);
	for (size_t i = 0; i < n; i++) {
		struct ike_keys tried = {.cipher = CIPHER_NULL, .work = &sa->ike->stats.work};

		if (fits(sa, in, c.g[i]->psk, &tried)) {
			*keys = tried;
			found = c.g[i];
		}
		crypto_wipe(&tried, sizeof tried);
	}
	if (!found && n > c.free)
		tries_charge(&ike->tries, sa->origin, now, n - c.free);
	return found && keymat_crypt(ike->crypto, keys, false, keys->iv, in->body, in->body_len) &&
	    isakmp_payloads_read(&in->m, in->body, in->body_len, true) ? found : NULL;
}
