#include <check.h>
#include <string.h>

#include "tests/support/feeding.h"

static void heard(void *ctx, enum role to, struct ipc_msg *m)
{
	static const char *const role[] = {"keeper", "manager", "engine", "aaa"};
	struct feeding *w = ctx;
	uint8_t packet[IPC_PACKET_MAX];
	struct ipc_msg copy;
	char line[2000];
	size_t len = ipc_encode(m, packet, sizeof packet);

	ck_assert_uint_gt(len, 0);
	ck_assert(ipc_decode(&copy, packet, len));
	ipc_print(&copy, line, sizeof line);
	text_addf(&w->heard, "%s: %s\n", role[to], line);
	if (to == ROLE_ENGINE)
		config_apply(&w->engine, &copy);
	if (w->also)
		w->also(to, &copy);
}

static const char *device(void *ctx, const char *hardware)
{
	struct feeding *w = ctx;

	if (w->gone && strcmp(hardware, w->gone) == 0)
		return "";
	return strcmp(hardware, "GigabitEthernet0/0") == 0 || strcmp(hardware, "eth0") == 0 ? "eth0"
	       : strcmp(hardware, "GigabitEthernet0/1") == 0				    ? "eth1"
											    : "";
}

static bool address(void *ctx, const char *hardware, struct addr *a, struct addr *mask)
{
	const struct feeding *w = ctx;

	if (!w->live[0] || !*device(ctx, hardware) || !addr_parse(w->live, a))
		return false;
	*mask = prefix_mask(24);
	return true;
}

static void changed(void *ctx, const struct db_change *c)
{
	feed_change(((struct feeding *)ctx)->feed, c);
}

static void ended(void *ctx, unsigned changes)
{
	struct feeding *w = ctx;

	(void)changes;
	if (w->t.db)
		feed_end(w->feed, w->t.db);
}

static void ignored(void *ctx, enum role to, struct ipc_msg *m)
{
	(void)ctx;
	(void)to;
	(void)m;
}

void feeding_open(struct feeding *w)
{
	struct feed_sink sink = {ignored, device, w, NULL, address};
	struct config_test first = {0};

	memset(w, 0, sizeof *w);
	config_init(&w->engine);
	config_open(&first); /* the grammar that the feed needs before there is a database */
	w->feed = feed_create(&sink, first.gram);
	w->t = (struct config_test){.change = changed, .end = ended, .ctx = w};
	config_open(&w->t);
	feed_destroy(w->feed);
	sink.send = heard;
	w->feed = feed_create(&sink, w->t.gram);
	config_close(&first);
	feed_snapshot(w->feed, w->t.db, ROLE_ENGINE); /* as every engine gets one */
	text_clear(&w->heard);
}

void feeding_close(struct feeding *w)
{
	config_close(&w->t);
	feed_destroy(w->feed);
	text_free(&w->heard);
	config_fini(&w->engine);
}

void feeding_says(struct feeding *w, const char *lines, const char *const *expect)
{
	const char *at;

	text_clear(&w->heard);
	config_paste(&w->t, lines);
	at = text_str(&w->heard);
	for (; *expect; expect++) {
		const char *found = strstr(at, *expect);

		ck_assert_msg(
		    found != NULL, "not heard: %s\nof:\n%s", *expect, text_str(&w->heard));
		at = found + strlen(*expect);
	}
}

unsigned feeding_count(const struct feeding *w, const char *what)
{
	unsigned n = 0;

	for (const char *at = text_str(&w->heard); (at = strstr(at, what)); at++)
		n++;
	return n;
}
