/*
 * One row -> one CFG_* message, by tables: which column fills which field, and
 * what a field says for a column that is unset or holds a word. Roles get
 * effective values: defaults are filled in here where the row has none.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_private.h"
#include "engine/config/config.h"

enum kind {
	TEXT,  /* const char *: "" when unset */
	BOOL,  /* u8: 1 for a set bool */
	N8, N16, N32, N64, /* a number: `unset` without one, `word` for a word instead of one */
	ADDR_, /* struct addr */
	FIRST, LAST, /* u32: the ends of a range */
	LIST_, /* struct strlist: empty when unset or `none` */
	STATE, /* u8: STATE_INHERIT, STATE_NONE, STATE_VALUE */
	PROTO, /* u32: PROTO_* bits */
	GATED, /* const char *: "" unless the bool column `gate` is set */
};

struct field {
	size_t offset; /* in struct ipc_msg */
	enum kind kind;
	const char *column, *gate; /* gate: GATED's bool column; a number's word that counts 1 */
	int64_t unset, word;
};

#define AT(path) offsetof(struct ipc_msg, path)
#define END {0, TEXT, NULL, NULL, 0, 0}

static const struct field system_fields[] = {
	{AT(cfg_system.hostname), TEXT, "hostname", NULL, 0, 0},
	{AT(cfg_system.hello), N32, "hello", NULL, 60, 0},
	{AT(cfg_system.tcpmss), N32, "tcpmss", NULL, 1380, 0},
	END,
};

static const struct field policy_fields[] = {
	{AT(cfg_ike_policy.priority), N32, "priority", NULL, 0, 0},
	{AT(cfg_ike_policy.authentication), TEXT, "authentication", NULL, 0, 0},
	{AT(cfg_ike_policy.encryption), TEXT, "encryption", NULL, 0, 0},
	{AT(cfg_ike_policy.hash), TEXT, "hash", NULL, 0, 0},
	{AT(cfg_ike_policy.dh), N16, "dh", NULL, 2, 0},
	{AT(cfg_ike_policy.lifetime), N32, "lifetime", NULL, 86400, 0},
	END,
};

static const struct field enable_fields[] = {
	{AT(cfg_ike_enable.ifname), TEXT, "ifname", NULL, 0, 0},
	END,
};

static const struct field isakmp_fields[] = {
	{AT(cfg_isakmp.identity), TEXT, "identity", NULL, 0, 0},
	{AT(cfg_isakmp.key_id), TEXT, "key_id", NULL, 0, 0},
	{AT(cfg_isakmp.nat_traversal), BOOL, "nat_traversal", NULL, 0, 0},
	{AT(cfg_isakmp.nat_keepalive), N32, "nat_keepalive", NULL, 20, 0},
	END,
};

static const struct field ipsec_fields[] = {
	{AT(cfg_ipsec.seconds), N32, "seconds", NULL, 28800, 0},
	{AT(cfg_ipsec.kilobytes), N32, "kilobytes", NULL, 4608000, 0},
	{AT(cfg_ipsec.window), N32, "window", NULL, 64, 0},
	END,
};

static const struct field transform_fields[] = {
	{AT(cfg_transform_set.name), TEXT, "name", NULL, 0, 0},
	{AT(cfg_transform_set.encryption), TEXT, "encryption", NULL, 0, 0},
	{AT(cfg_transform_set.authentication), TEXT, "authentication", NULL, 0, 0},
	{AT(cfg_transform_set.mode), TEXT, "mode", NULL, 0, 0},
	END,
};

static const struct field dynamic_fields[] = {
	{AT(cfg_dynamic_map.name), TEXT, "name", NULL, 0, 0},
	{AT(cfg_dynamic_map.seq), N32, "seq", NULL, 0, 0},
	{AT(cfg_dynamic_map.transform_sets), LIST_, "transform_sets", NULL, 0, 0},
	{AT(cfg_dynamic_map.match_acl), TEXT, "match_acl", NULL, 0, 0},
	{AT(cfg_dynamic_map.pfs), GATED, "pfs", "pfs_on", 0, 0},
	{AT(cfg_dynamic_map.seconds), N32, "seconds", NULL, 0, 0},
	{AT(cfg_dynamic_map.kilobytes), N64, "kilobytes", NULL, -1, 0},
	{AT(cfg_dynamic_map.nat_t_disable), BOOL, "nat_t_disable", NULL, 0, 0},
	END,
};

static const struct field map_fields[] = {
	{AT(cfg_crypto_map.name), TEXT, "name", NULL, 0, 0},
	{AT(cfg_crypto_map.seq), N32, "seq", NULL, 0, 0},
	{AT(cfg_crypto_map.dynamic), TEXT, "dynamic", NULL, 0, 0},
	{AT(cfg_crypto_map.peers), LIST_, "peers", NULL, 0, 0},
	{AT(cfg_crypto_map.transform_sets), LIST_, "transform_sets", NULL, 0, 0},
	{AT(cfg_crypto_map.match_acl), TEXT, "match_acl", NULL, 0, 0},
	{AT(cfg_crypto_map.pfs), GATED, "pfs", "pfs_on", 0, 0},
	{AT(cfg_crypto_map.seconds), N32, "seconds", NULL, 0, 0},
	{AT(cfg_crypto_map.kilobytes), N64, "kilobytes", NULL, -1, 0},
	END,
};

static const struct field binding_fields[] = {
	{AT(cfg_crypto_map_interface.name), TEXT, "name", NULL, 0, 0},
	{AT(cfg_crypto_map_interface.ifname), TEXT, "ifname", NULL, 0, 0},
	END,
};

static const struct field pool_fields[] = {
	{AT(cfg_pool.name), TEXT, "name", NULL, 0, 0},
	{AT(cfg_pool.range.first), FIRST, "range", NULL, 0, 0},
	{AT(cfg_pool.range.last), LAST, "range", NULL, 0, 0},
	{AT(cfg_pool.mask), ADDR_, "mask", NULL, 0, 0},
	END,
};

#define GP(f) AT(cfg_group_policy.f)
static const struct field group_policy_fields[] = {
	{GP(name), TEXT, "name", NULL, 0, 0},
	{GP(protocols), PROTO, "protocols", NULL, 0, 0},
	{GP(dns), LIST_, "dns", NULL, 0, 0},
	{GP(dns_state), STATE, "dns", NULL, 0, 0},
	{GP(wins), LIST_, "wins", NULL, 0, 0},
	{GP(wins_state), STATE, "wins", NULL, 0, 0},
	{GP(domain), TEXT, "domain", NULL, 0, 0},
	{GP(domain_state), STATE, "domain", NULL, 0, 0},
	{GP(split_policy), TEXT, "split_policy", NULL, 0, 0},
	{GP(split_list), TEXT, "split_list", NULL, 0, 0},
	{GP(split_list_state), STATE, "split_list", NULL, 0, 0},
	{GP(intercept), N64, "intercept", "enable", ATTR_UNSET, 0},
	{GP(intercept_mask), ADDR_, "intercept_mask", NULL, 0, 0},
	{GP(idle_timeout), N64, "idle_timeout", NULL, ATTR_UNSET, ATTR_NONE},
	{GP(session_timeout), N64, "session_timeout", NULL, ATTR_UNSET, ATTR_NONE},
	{GP(logins), N64, "logins", NULL, ATTR_UNSET, ATTR_NONE},
	{GP(group_lock), TEXT, "group_lock", NULL, 0, 0},
	{GP(group_lock_state), STATE, "group_lock", NULL, 0, 0},
	{GP(pools), LIST_, "pools", NULL, 0, 0},
	{GP(pools_state), STATE, "pools", NULL, 0, 0},
	END,
};

#define TG(f) AT(cfg_tunnel_group.f)
static const struct field tunnel_group_fields[] = {
	{TG(name), TEXT, "name", NULL, 0, 0},
	{TG(type), TEXT, "type", NULL, 0, 0},
	{TG(pools), LIST_, "pools", NULL, 0, 0},
	{TG(group_policy), TEXT, "group_policy", NULL, 0, 0},
	{TG(auth_group), TEXT, "auth_group", NULL, 0, 0},
	{TG(psk), TEXT, "psk", NULL, 0, 0},
	{TG(threshold), N32, "threshold", NULL, 300, 0},
	{TG(retry), N32, "retry", NULL, 2, 0},
	{TG(pap), BOOL, "pap", NULL, 0, 0},
	{TG(chap), BOOL, "chap", NULL, 0, 0},
	{TG(mschapv1), BOOL, "mschapv1", NULL, 0, 0},
	{TG(mschapv2), BOOL, "mschapv2", NULL, 0, 0},
	END,
};

#define UP(f) AT(cfg_user_policy.f)
static const struct field user_policy_fields[] = {
	{UP(name), TEXT, "name", NULL, 0, 0},
	{UP(group_policy), TEXT, "group_policy", NULL, 0, 0},
	{UP(framed_ip), ADDR_, "framed_ip", NULL, 0, 0},
	{UP(protocols), PROTO, "protocols", NULL, 0, 0},
	{UP(group_lock), TEXT, "group_lock", NULL, 0, 0},
	{UP(group_lock_state), STATE, "group_lock", NULL, 0, 0},
	{UP(idle_timeout), N64, "idle_timeout", NULL, ATTR_UNSET, ATTR_NONE},
	{UP(session_timeout), N64, "session_timeout", NULL, ATTR_UNSET, ATTR_NONE},
	{UP(logins), N64, "logins", NULL, ATTR_UNSET, ATTR_NONE},
	END,
};

static const struct field user_fields[] = {
	{AT(cfg_user.name), TEXT, "name", NULL, 0, 0},
	{AT(cfg_user.form), TEXT, "form", NULL, 0, 0},
	{AT(cfg_user.password), TEXT, "password", NULL, 0, 0},
	{AT(cfg_user.privilege), N8, "privilege", NULL, 2, 0},
	{AT(cfg_user.service_type), TEXT, "service_type", NULL, 0, 0},
	END,
};

static const struct field interface_fields[] = {
	{AT(cfg_interface.hardware), TEXT, "hardware", NULL, 0, 0},
	{AT(cfg_interface.nameif), TEXT, "nameif", NULL, 0, 0},
	{AT(cfg_interface.address), ADDR_, "address", NULL, 0, 0},
	{AT(cfg_interface.mask), ADDR_, "mask", NULL, 0, 0},
	{AT(cfg_interface.shutdown), BOOL, "shutdown", NULL, 0, 0},
	END,
};

static const struct rule {
	const char *table;
	enum role role;
	enum msg_type type;
	size_t op; /* offset of `op`, 0 = the message has none */
	const struct field *fields;
} rules[] = {
	{"system", ROLE_ENGINE, MSG_CFG_SYSTEM, 0, system_fields},
	{"ikev1_policy", ROLE_ENGINE, MSG_CFG_IKE_POLICY, AT(cfg_ike_policy.op), policy_fields},
	{"ikev1_enable", ROLE_ENGINE, MSG_CFG_IKE_ENABLE, AT(cfg_ike_enable.op), enable_fields},
	{"isakmp", ROLE_ENGINE, MSG_CFG_ISAKMP, 0, isakmp_fields},
	{"ipsec", ROLE_ENGINE, MSG_CFG_IPSEC, 0, ipsec_fields},
	{"transform_set", ROLE_ENGINE, MSG_CFG_TRANSFORM_SET, AT(cfg_transform_set.op),
	    transform_fields},
	{"dynamic_map", ROLE_ENGINE, MSG_CFG_DYNAMIC_MAP, AT(cfg_dynamic_map.op), dynamic_fields},
	{"crypto_map", ROLE_ENGINE, MSG_CFG_CRYPTO_MAP, AT(cfg_crypto_map.op), map_fields},
	{"crypto_map_interface", ROLE_ENGINE, MSG_CFG_CRYPTO_MAP_INTERFACE,
	    AT(cfg_crypto_map_interface.op), binding_fields},
	{"pool", ROLE_ENGINE, MSG_CFG_POOL, AT(cfg_pool.op), pool_fields},
	{"group_policy", ROLE_ENGINE, MSG_CFG_GROUP_POLICY, AT(cfg_group_policy.op),
	    group_policy_fields},
	{"tunnel_group", ROLE_ENGINE, MSG_CFG_TUNNEL_GROUP, AT(cfg_tunnel_group.op),
	    tunnel_group_fields},
	{"user", ROLE_ENGINE, MSG_CFG_USER_POLICY, AT(cfg_user_policy.op), user_policy_fields},
	{"user", ROLE_AAA, MSG_CFG_USER, AT(cfg_user.op), user_fields},
	{"interface", ROLE_ENGINE, MSG_CFG_INTERFACE, AT(cfg_interface.op), interface_fields},
};

/* Is this what the column holds for `none`: its type's literal word, or (where a name or a text
 * might be that word) the empty text? */
static bool is_none(const struct db_row *row, const char *column, const char *text)
{
	const struct gram_type *t = &row->table->columns[gram_column(row->table, column)].type;

	for (unsigned i = 0; i < t->n_extra; i++)
		if (strcmp(t->extra[i], "none") == 0 && strcmp(text, "none") == 0)
			return true;
	return !*text;
}

static int64_t number(const struct field *d, const char *text)
{
	char *end;
	int64_t v;

	if (!text)
		return d->unset;
	if (d->gate) /* a word that stands for 1 */
		return strcmp(text, d->gate) == 0;
	v = strtoll(text, &end, 10);
	return *end || end == text ? d->word : v;
}

static struct addr range_end(const char *text, bool last)
{
	char first[ADDR_TEXT_MAX];
	const char *dash = text ? strchr(text, '-') : NULL;
	struct addr a = {0};

	if (!text)
		return a;
	if (dash && last) {
		addr_parse(dash + 1, &a);
	} else if (dash && (size_t)(dash - text) < sizeof first) {
		memcpy(first, text, (size_t)(dash - text));
		first[dash - text] = 0;
		addr_parse(first, &a);
	} else {
		addr_parse(text, &a);
	}
	return a;
}

static struct strlist list(struct feed *f, const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);
	struct strlist l = {0};
	char word[256];

	if (!text || is_none(row, column, text))
		return l;
	while (l.n < STRLIST_MAX && db_word(row, column, l.n, word, sizeof word)) {
		l.v[l.n] = feed_copy(f, word);
		l.n++;
	}
	return l;
}

static uint32_t protocols(const struct db_row *row, const char *column)
{
	static const struct {
		const char *word;
		uint32_t bit;
	} proto[] = {{"ikev1", PROTO_IKEV1}, {"ikev2", PROTO_IKEV2}, {"l2tp-ipsec", PROTO_L2TP_IPSEC},
	    {"ssl-client", PROTO_SSL_CLIENT}, {"ssl-clientless", PROTO_SSL_CLIENTLESS}};
	uint32_t bits = 0;
	char word[32];

	for (unsigned i = 0; db_word(row, column, i, word, sizeof word); i++)
		for (size_t k = 0; k < sizeof proto / sizeof *proto; k++)
			if (strcmp(word, proto[k].word) == 0)
				bits |= proto[k].bit;
	return bits;
}

#define PUT(type, value) do { \
		type put_ = (type)(value); \
		memcpy(at, &put_, sizeof put_); \
	} while (0)

static void fill(struct feed *f, const struct db_row *row, const struct field *d, char *at)
{
	const char *text = db_text(row, d->column);
	struct strlist words;
	struct addr a = {0};

	switch (d->kind) {
	case TEXT:
		PUT(const char *, text ? feed_copy(f, text) : "");
		break;
	case GATED:
		PUT(const char *, text && db_bool(row, d->gate) ? feed_copy(f, text) : "");
		break;
	case BOOL:
		PUT(uint8_t, db_bool(row, d->column));
		break;
	case N8:
		PUT(uint8_t, number(d, text));
		break;
	case N16:
		PUT(uint16_t, number(d, text));
		break;
	case N32:
		PUT(uint32_t, number(d, text));
		break;
	case N64:
		PUT(int64_t, number(d, text));
		break;
	case ADDR_:
		if (text)
			addr_parse(text, &a);
		memcpy(at, &a, sizeof a);
		break;
	case FIRST:
	case LAST:
		a = range_end(text, d->kind == LAST);
		PUT(uint32_t, addr_to_v4(&a));
		break;
	case LIST_:
		words = list(f, row, d->column);
		memcpy(at, &words, sizeof words);
		break;
	case STATE:
		PUT(uint8_t, !text ? STATE_INHERIT
		    : is_none(row, d->column, text) ? STATE_NONE : STATE_VALUE);
		break;
	case PROTO:
		PUT(uint32_t, protocols(row, d->column));
		break;
	}
}

bool feed_row(struct feed *f, const struct db_row *row, enum role role, uint8_t op,
    struct ipc_msg *m)
{
	const struct rule *r = NULL;

	for (size_t i = 0; i < sizeof rules / sizeof *rules && !r; i++)
		if (rules[i].role == role && strcmp(rules[i].table, row->table->name) == 0)
			r = &rules[i];
	if (!r)
		return false;
	*m = (struct ipc_msg){ .type = r->type, .fd = -1 };
	for (const struct field *d = r->fields; d->column; d++)
		fill(f, row, d, (char *)m + d->offset);
	if (r->op)
		((uint8_t *)m)[r->op] = op;
	if (m->type == MSG_CFG_INTERFACE)
		m->cfg_interface.device = feed_copy(f,
		    f->sink.device(f->sink.ctx, m->cfg_interface.hardware));
	return true;
}
