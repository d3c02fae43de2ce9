/* Pre-shared keys (RFC 2409 5.4); see psk.h. */
#include "engine/ike/psk.h"

#include <string.h>

#define DEFAULT_GROUP "DefaultRAGroup"

enum { BY_ADDRESS, BY_DEFAULT, BY_TYPE, PASSES };

static bool candidate(const struct cfg_tunnel_group *g, unsigned pass, const char *address)
{
	bool is_default = strcmp(g->name, DEFAULT_GROUP) == 0;

	if (!g->psk)
		return false;
	switch (pass) {
	case BY_ADDRESS:
		return strcmp(g->name, address) == 0;
	case BY_DEFAULT:
		return is_default;
	default:
		return !is_default && strcmp(g->name, address) != 0 && g->type &&
		    strcmp(g->type, "remote-access") == 0;
	}
}

/* All candidates in order, `max` at most; their number is returned. */
static size_t candidates(const struct ike *ike, const struct path *path,
    const struct cfg_tunnel_group **out, size_t max)
{
	const struct config *cfg = ike->config;
	char address[ADDR_TEXT_MAX];
	size_t n = 0;

	addr_text(&path->remote.addr, address);
	for (unsigned pass = 0; pass < PASSES; pass++)
		for (size_t i = 0; i < cfg->n_tunnel_groups && n < max; i++)
			if (candidate(&cfg->tunnel_groups[i], pass, address))
				out[n++] = &cfg->tunnel_groups[i];
	return n;
}

const struct cfg_tunnel_group *psk_first(const struct ike *ike, const struct path *path)
{
	const struct cfg_tunnel_group *g;

	return candidates(ike, path, &g, 1) ? g : NULL;
}

/* One key on message 5: `in->m` and `in->body` are only changed when it fits. */
static bool fits(struct ike_sa *sa, struct incoming *in, const char *psk, struct ike_keys *keys)
{
	const struct crypto *c = sa->ike->crypto;
	struct ike_exchanged x = sa_exchanged(sa);
	struct message m = {.h = in->m.h};
	uint8_t body[MESSAGE_MAX], hash[CRYPTO_HASH_MAX];
	size_t size = hash_info[sa->hash].size;
	const struct payload *id, *got;
	bool ok;

	memcpy(body, in->body, in->body_len);
	keys->cipher = sa->cipher;
	keys->hash = sa->hash;
	ok = keymat_phase1(c, keys, &x, (struct chunk){psk, strlen(psk)}) &&
	    keymat_crypt(c, keys, false, keys->iv, body, in->body_len) &&
	    isakmp_payloads_read(&m, body, in->body_len, true);
	id = ok ? message_get(&m, HAS_ID, 0) : NULL;
	got = ok ? message_get(&m, HAS_HASH, 0) : NULL;
	ok = id && got && got->body.len == size &&
	    keymat_hash_auth(c, keys, &x, true, id->body, hash) &&
	    crypto_equal(hash, got->body.p, size);
	if (ok) {
		memcpy(in->body, body, in->body_len);
		in->m.h = m.h;
		ok = isakmp_payloads_read(&in->m, in->body, in->body_len, true);
	}
	crypto_wipe(body, in->body_len);
	return ok;
}

const struct cfg_tunnel_group *psk_find(struct ike_sa *sa, struct incoming *in)
{
	const struct cfg_tunnel_group *g[PSK_CANDIDATES_MAX];
	size_t n = candidates(sa->ike, &sa->path, g, PSK_CANDIDATES_MAX);

	for (size_t i = 0; i < n; i++) {
		struct ike_keys keys = {.cipher = CIPHER_NULL};
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again |= strcmp(g[k]->psk, g[i]->psk) == 0;
		if (again)
			continue;
		if (fits(sa, in, g[i]->psk, &keys)) {
			sa->rest->keys = keys;
			crypto_wipe(&keys, sizeof keys);
			return g[i];
		}
		crypto_wipe(&keys, sizeof keys);
	}
	return NULL;
}
