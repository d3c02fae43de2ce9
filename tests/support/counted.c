/* Counters of a world; see counted.h. */
#include "tests/support/counted.h"

#include <check.h>
#include <string.h>

static void to_server(void *arg, const struct path *path, bool esp, const uint8_t *msg, size_t len)
{
	struct counted_wire *c = arg;

	if (esp) {
		memcpy(c->last, msg, len);
		c->last_len = len;
		c->last_path = *path;
		return;
	}
	c->in++;
	c->in_bytes += len;
}

static void from_server(void *arg, const struct path *path, bool esp, const uint8_t *msg,
    size_t len)
{
	struct counted_wire *c = arg;

	(void)path;
	(void)msg;
	if (esp)
		return;
	c->out++;
	c->out_bytes += len;
}

void counted_listen(struct counted_wire *c, struct world *w)
{
	memset(c, 0, sizeof *c);
	w->spy = (struct world_spy){to_server, from_server, c};
}

struct wanted {
	const char *section, *name;
	uint64_t value;
	unsigned found;
};

static void on_counter(void *arg, const struct ipc_msg *m)
{
	struct wanted *x = arg;

	if (m->type != MSG_REC_COUNTER || strcmp(m->rec_counter.name, x->name) != 0 ||
	    strcmp(m->rec_counter.section, x->section) != 0)
		return;
	x->value = m->rec_counter.value;
	x->found++;
}

uint64_t counted(struct world *w, const char *what, const char *section, const char *name)
{
	const struct msg_query q = {.id = 1, .what = what, .filter = "", .value = ""};
	struct wanted x = {section, name, 0, 0};

	gateway_query(w->gw, &q, on_counter, &x);
	ck_assert_msg(x.found == 1, "%s", name);
	return x.value;
}

uint64_t counted_ikev1(struct world *w, const char *name)
{
	return counted(w, "stats", "Global IKEv1 Statistics", name);
}

void counted_as_on_the_wire(const struct counted_wire *c, struct world *w)
{
	ck_assert_uint_eq(counted_ikev1(w, "In Packets"), c->in);
	ck_assert_uint_eq(counted_ikev1(w, "In Octets"), c->in_bytes);
	ck_assert_uint_eq(counted_ikev1(w, "Out Packets"), c->out);
	ck_assert_uint_eq(counted_ikev1(w, "Out Octets"), c->out_bytes);
	ck_assert_uint_eq(counted_ikev1(w, "Out Drop Packets"), 0);
}
