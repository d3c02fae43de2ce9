/*
 * What the keeper hears of the rules between interfaces: zones, same-security-traffic, where
 * access lists hold, and those lists, in steps from what it was told to what they are (as
 * engine/net/acl_list.h says). The feed has a firewall of its own that the same messages make.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_wanted.h"

void feed_request(struct feed *f, struct ipc_msg *m)
{
	(void)firewall_apply(&f->firewall, m);
	f->sink.send(f->sink.ctx, ROLE_KEEPER, m);
}

const struct firewall *feed_firewall(const struct feed *f)
{
	return &f->firewall;
}

/* ---- zones ---------------------------------------------------------------------------- */

void feed_want_zone(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;
	struct ipc_msg m = {.type = MSG_KEEP_ZONE, .fd = -1};
	const char *nameif = db_text(row, "nameif");
	char key[64];

	m.keep_zone = (struct msg_keep_zone){
	    .device = w->feed->sink.device(w->feed->sink.ctx, db_text(row, "hardware")),
	    .nameif = nameif,
	    .level = (uint8_t)db_int(row, "security_level", 0)};
	if (!nameif || !*m.keep_zone.device)
		return;
	m.keep_zone.vpn = feed_has_clients(w, nameif);
	snprintf(key, sizeof key, "zone %s", m.keep_zone.device);
	if (!feed_is_wanted(w, key))
		feed_want(w, key, &m);
}

static bool is_on(struct feed_wanted *w, const char *table, const char *column)
{
	char text[2] = "";

	(void)db_get(w->db, table, column, NULL, 0, text, sizeof text);
	w->failed = w->failed || db_fault(w->db);
	return strcmp(text, "1") == 0;
}

/* The limit of `sysopt connection tcpmss`. */
static uint16_t tcpmss(struct feed_wanted *w)
{
	char text[12] = "";

	(void)db_get(w->db, "system", "tcpmss", NULL, 0, text, sizeof text);
	w->failed = w->failed || db_fault(w->db);
	return (uint16_t)strtoul(text, NULL, 10);
}

void feed_want_traffic(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;
	struct ipc_msg m = {.type = MSG_KEEP_TRAFFIC, .fd = -1};

	m.keep_traffic = (struct msg_keep_traffic){.intra = db_bool(row, "intra"),
	    .inter = db_bool(row, "inter"),
	    .permit_vpn = is_on(w, "system", "permit_vpn"), .mss = tcpmss(w)};
	feed_want(w, "traffic", &m);
}

/* ---- where lists hold --------------------------------------------------------------------- */

static uint8_t way_of(const struct db_row *row)
{
	const char *plane = db_text(row, "plane");

	if (plane && *plane)
		return ACCESS_CONTROL;
	return strcmp(db_text(row, "way"), "out") == 0 ? ACCESS_OUT : ACCESS_IN;
}

static struct told_list *list_find(struct told_list *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].name, name))
			return &v[i];
	return NULL;
}

/* One more in a vector of them, without rules; false: out of memory. */
static bool list_add(struct told_list **v, size_t *n, const char *name)
{
	struct told_list *bigger = realloc(*v, (*n + 1) * sizeof **v);
	char *copy = strdup(name);

	if (bigger)
		*v = bigger;
	if (!bigger || !copy) {
		free(copy);
		return false;
	}
	bigger[(*n)++] = (struct told_list){.name = copy};
	return true;
}

static void lists_free(struct told_list *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(v[i].name);
		acl_list_free(&v[i].rules);
	}
	free(v);
}

void feed_want_group(void *ctx, const struct db_row *row)
{
	struct feed_wanted *w = ctx;
	struct ipc_msg m = {.type = MSG_KEEP_ACCESS_GROUP, .fd = -1};
	const char *name = db_text(row, "name"), *nameif = db_text(row, "ifname");
	char device[64] = "", key[96];

	if (*nameif)
		feed_device_of(w, nameif, device);
	if (!name || (*nameif && !*device))
		return;
	m.keep_access_group = (struct msg_keep_access_group){
	    .device = device, .way = way_of(row), .name = name};
	snprintf(key, sizeof key, "access-group %u %s", m.keep_access_group.way, device);
	if (feed_is_wanted(w, key))
		return;
	feed_want(w, key, &m);
	if (!list_find(w->lists, w->n_lists, name) && !list_add(&w->lists, &w->n_lists, name))
		w->failed = true;
}

/* ---- the lists -------------------------------------------------------------------------- */

static void send_step(
    struct feed *f, const char *name, const struct acl_list *now, const struct acl_step *step)
{
	uint8_t rules[ACL_RULES_TOLD * ACL_RULE_BYTES];
	struct wr w = wr_init(rules, sizeof rules);
	struct ipc_msg m = {.type = MSG_KEEP_ACCESS_LIST,
	    .fd = -1,
	    .keep_access_list = {.op = CFG_SET,
		.name = name,
		.at = (uint32_t)step->at,
		.removed = (uint32_t)step->removed,
		.total = (uint32_t)step->total}};

	acl_step_write(now, step, &w);
	m.keep_access_list.rules = (struct bytes){(uint16_t)wr_len(&w), rules};
	feed_request(f, &m);
}

static bool copy(const struct acl_list *from, struct acl_list *to)
{
	for (size_t i = 0; i < from->n; i++)
		if (!acl_list_add(to, &from->rule[i])) {
			acl_list_free(to);
			return false;
		}
	return true;
}

/* Its rules become those of now, at the keeper and here; a list that is new is told even where
 * nothing of it is active. */
static bool tell_list(struct feed *f, struct told_list *l, const struct acl_list *now, bool new)
{
	struct acl_step step = {0};
	struct acl_list will = {0};
	bool said = false;

	if (!copy(now, &will))
		return false;
	while (acl_list_step(&l->rules, now, &step)) {
		send_step(f, l->name, now, &step);
		said = true;
	}
	step = (struct acl_step){.total = now->n};
	if (new && !said)
		send_step(f, l->name, now, &step);
	acl_list_free(&l->rules);
	l->rules = will;
	return true;
}

void feed_lists(struct feed_wanted *w)
{
	static const struct acl_list none;
	struct feed *f = w->feed;

	for (size_t i = 0; i < f->n_lists; i++) {
		struct ipc_msg m = {.type = MSG_KEEP_ACCESS_LIST, .fd = -1};

		m.keep_access_list.op = CFG_DELETE;
		m.keep_access_list.name = f->lists[i].name;
		if (!list_find(w->lists, w->n_lists, f->lists[i].name))
			feed_request(f, &m);
	}
	for (size_t i = 0; i < w->n_lists; i++) {
		struct told_list *l = &w->lists[i];
		const struct access_list_rules *now = feed_access_list(f, w->db, l->name);
		struct told_list *was = list_find(f->lists, f->n_lists, l->name);

		if (was) {
			l->rules = was->rules;
			was->rules = (struct acl_list){0};
		}
		if (!tell_list(f, l, now ? &now->rules : &none, !was))
			w->failed = true;
	}
	lists_free(f->lists, f->n_lists);
	f->lists = w->lists;
	f->n_lists = w->n_lists;
}

void feed_lists_drop(struct feed_wanted *w)
{
	lists_free(w->lists, w->n_lists);
}

void feed_lists_forget(struct feed *f)
{
	lists_free(f->lists, f->n_lists);
	f->lists = NULL;
	f->n_lists = 0;
	firewall_fini(&f->firewall);
}
