/*
 * One row -> one CFG_* message, as messages and tables are linked (feed_link.h).
 * What is here by hand is what no column of the same name and type says.
 */
#include <string.h>

#include "cli/config/feed_private.h"
#include "cli/config/hooks.h"

/* ---- fields that are worked out ------------------------------------------------- */

static const char *text_of(const struct gram_column *c, const struct db_row *row)
{
	return row->values[c->index];
}

/* The Linux device of an interface's hardware name. */
static void fill_device(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	const char *device = f->sink.device(f->sink.ctx, text_of(c->column, row));

	*(const char **)at = feed_copy(f, device, strlen(device));
}

bool feed_address(
    const struct feed *f, const struct db_row *row, struct addr *address, struct addr *mask)
{
	const char *a = db_text(row, "address"), *m = db_text(row, "mask");

	if (a && m && addr_parse(a, address) && addr_parse(m, mask))
		return true;
	*address = *mask = (struct addr){0};
	return f->sink.address &&
	    f->sink.address(f->sink.ctx, db_text(row, "hardware"), address, mask);
}

static void fill_address(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	struct addr mask;

	(void)c;
	(void)feed_address(f, row, at, &mask);
}

/* A group is only asked for while PFS is on. */
static void fill_pfs(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	const char *on = text_of(c->other, row), *group = text_of(c->column, row);

	*(const char **)at = on && strcmp(on, "1") == 0 && group
				 ? feed_copy(f, group, strlen(group))
				 : "";
}

/* A port that is only heard while that is on. */
static void fill_port(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	(void)f;
	*(uint16_t *)at = db_bool(row, c->other->name) ?
	    (uint16_t)db_int(row, c->column->name, 0) : 0;
}

static void fill_protocols(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	static const struct {
		const char *word;
		uint32_t bit;
	} protocol[] = {{"ikev1", PROTO_IKEV1}, {"ikev2", PROTO_IKEV2},
	    {"l2tp-ipsec", PROTO_L2TP_IPSEC}, {"ssl-client", PROTO_SSL_CLIENT},
	    {"ssl-clientless", PROTO_SSL_CLIENTLESS}};
	uint32_t bits = 0;
	char word[32];

	(void)f;
	for (unsigned i = 0; db_word(row, c->column->name, i, word, sizeof word); i++)
		for (size_t k = 0; k < sizeof protocol / sizeof *protocol; k++)
			if (strcmp(word, protocol[k].word) == 0)
				bits |= protocol[k].bit;
	*(uint32_t *)at = bits;
}

/* A date as the day of Unix time. */
static void fill_day(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	const char *text = db_text(row, c->column->name);

	(void)f;
	*(uint32_t *)at = text ? password_day(text) : 0;
}

/* Is it a time of the time range? */
static void fill_active(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	const struct feed_meant *m = f->sink.meant;

	*(uint8_t *)at = m && hours_active(&m->hours, text_of(c->column, row));
}

/* clang-format off */
static const struct feed_exception exceptions[] = {
	/* message, field, column, another column that it needs, what fills it */
	{"CFG_INTERFACE", "device", "hardware", NULL, fill_device},
	{"CFG_AAA_INTERFACE", "device", "hardware", NULL, fill_device},
	{"CFG_AAA_INTERFACE", "address", "address", NULL, fill_address},
	{"CFG_CRYPTO_MAP", "pfs", "pfs", "pfs_on", fill_pfs},
	{"CFG_DYNAMIC_MAP", "pfs", "pfs", "pfs_on", fill_pfs},
	{"CFG_AAA_GROUP", "dynamic", "dynamic", "dynamic_on", fill_port},
	{"CFG_GROUP_POLICY", "protocols", "protocols", NULL, fill_protocols},
	{"CFG_USER_POLICY", "protocols", "protocols", NULL, fill_protocols},
	{"CFG_TIME_RANGE", "active", "name", NULL, fill_active},
	{"CFG_USER", "password_date", "password_date", NULL, fill_day},
	{"CFG_PASSWORD_POLICY", "since", "since", NULL, fill_day},
	/* Both maps are entries of one kind; what only the other has stays unset. */
	{"CFG_CRYPTO_MAP", "nat_t_disable", NULL, NULL, NULL},
	{"CFG_DYNAMIC_MAP", "dynamic", NULL, NULL, NULL},
	{"CFG_DYNAMIC_MAP", "peers", NULL, NULL, NULL},
	{NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */

struct feed_link *feed_link_rows(const struct gram *gram, char *errors, size_t size)
{
	const struct feed_lists lists = {gram, ipc_shape, exceptions};

	return feed_links(&lists, errors, size);
}

bool feed_row(
    struct feed *f, const struct db_row *row, enum role role, uint8_t op, struct ipc_msg *m)
{
	const struct feed_link *link = feed_link_of(f->links, row->table, role);

	if (!link)
		return false;
	*m = (struct ipc_msg){.type = link->type, .fd = -1};
	for (unsigned i = 0; i < link->shape->n; i++) {
		const struct feed_column *c = &link->columns[i];

		if (c->fill)
			c->fill(f, c, row, (char *)ipc_body(m) + c->field->offset);
	}
	if (ipc_op(m))
		*ipc_op(m) = op;
	return true;
}
