/*
 * Access lists go to the engine as they are compiled (access_lists.h), in steps from what it knew
 * to what is now. Whether the engine hears of them or not, what is kept here is what it has been
 * told: an engine that missed something is told everything anew.
 */
#include "cli/config/feed_private.h"

void feed_access_free(struct feed *f)
{
	access_lists_free(&f->access);
}

void feed_access_change(struct feed *f, const struct db_change *c)
{
	access_lists_change(&f->access, c);
}

static void send_step(
    struct feed *f, const struct access_list_rules *l, const struct acl_step *step)
{
	uint8_t rules[ACL_RULES_TOLD * ACL_RULE_BYTES];
	struct wr w = wr_init(rules, sizeof rules);
	struct ipc_msg m = {.type = MSG_CFG_ACCESS_LIST,
	    .fd = -1,
	    .cfg_access_list = {.op = CFG_SET,
		.name = l->name,
		.standard = l->standard,
		.at = (uint32_t)step->at,
		.removed = (uint32_t)step->removed,
		.total = (uint32_t)step->total}};

	acl_step_write(&l->rules, step, &w);
	m.cfg_access_list.rules = (struct bytes){(uint16_t)wr_len(&w), rules};
	feed_send(f, ROLE_ENGINE, &m);
}

static void tell(
    void *feed, const struct access_list_rules *l, const struct acl_list *old, bool was)
{
	struct feed *f = feed;
	struct acl_step step = {0};
	bool said = false;

	if (l->there) {
		for (; acl_list_step(old, &l->rules, &step); said = true)
			send_step(f, l, &step);
		step = (struct acl_step){.total = l->rules.n};
		if (!was && !said)
			send_step(f, l, &step); /* nothing of it is active */
	} else if (was) {
		feed_send(f, ROLE_ENGINE,
		    &(struct ipc_msg){.type = MSG_CFG_ACCESS_LIST,
			.fd = -1,
			.cfg_access_list = {.op = CFG_DELETE, .name = l->name}});
	}
	f->keeper_dirty = f->keeper_dirty || said || was != l->there;
}

/* The keeper's list alone may be another one. */
static void note(
    void *feed, const struct access_list_rules *l, const struct acl_list *old, bool was)
{
	struct feed *f = feed;
	struct acl_step step = {0};

	f->keeper_dirty |= was != l->there || acl_list_step(old, &l->rules, &step);
}

static void settle(struct feed *f, struct db *db, access_list_told *told)
{
	const struct cover names = feed_cover(f, db);

	if (!access_lists_settle(&f->access, &names, f->names_dirty, told, f))
		f->stale[ROLE_ENGINE] = f->keeper_dirty = true;
	f->names_dirty = false;
}

void feed_access_end(struct feed *f, struct db *db)
{
	settle(f, db, tell);
}

const struct access_list_rules *feed_access_list(struct feed *f, struct db *db, const char *name)
{
	if (!f->access.read)
		settle(f, db, tell);
	return access_lists_find(&f->access, name);
}

void feed_access_snapshot(struct feed *f, struct db *db)
{
	const struct acl_list none = {0};

	settle(f, db, note);
	for (size_t i = 0; i < f->access.n && !f->stale[ROLE_ENGINE]; i++)
		tell(f, &f->access.v[i], &none, false);
}
