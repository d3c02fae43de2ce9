/* Acts that show parts of the running-config which no first words of its lines begin: lines of
 * blocks, of several families, of one object whatever its kind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"

typedef bool wants_line(void *ctx, const struct gram_command *);

/* Is the line of that table, and does it keep one of these columns? */
static bool keeps(const struct gram_command *c, const char *table, const char *const *columns)
{
	if (!c->table || strcmp(c->table->name, table) != 0)
		return false;
	for (; *columns; columns++)
		for (unsigned i = 0; i < c->n_columns; i++)
			if (strcmp(c->table->columns[c->columns[i]].name, *columns) == 0)
				return true;
	return false;
}

static bool is_of_address(void *ctx, const struct gram_command *c)
{
	static const char *const columns[] = {"nameif", "security_level", "address", NULL};

	(void)ctx;
	return keeps(c, "interface", columns);
}

static bool is_of_name(void *ctx, const struct gram_command *c)
{
	static const char *const columns[] = {"nameif", "security_level", NULL};

	(void)ctx;
	return keeps(c, "interface", columns);
}

static bool is_of_nat(void *ctx, const struct gram_command *c)
{
	(void)ctx;
	return c->section &&
	       (strcmp(c->section, "nat") == 0 || strcmp(c->section, "object nat") == 0);
}

static unsigned flags_of(const struct act *a)
{
	return gram_typed(&a->match, "all") ? RENDER_ALL : 0;
}

static void show_lines(struct act *a, wants_line *wants)
{
	struct gram_out out = act_out(a);

	if (!db_render_lines(a->manager->running.db, flags_of(a), wants, NULL, &out))
		act_refuse_unread(a);
	act_done(a);
}

static void act_show_running_ip_address(struct act *a)
{
	show_lines(a, is_of_address);
}

static void act_show_running_nameif(struct act *a)
{
	show_lines(a, is_of_name);
}

static void act_show_running_nat(struct act *a)
{
	show_lines(a, is_of_nat);
}

static bool is_kept(void *ctx, const struct gram_command *c)
{
	(void)ctx;
	return c->kept;
}

static void act_show_running_kept(struct act *a)
{
	show_lines(a, is_kept);
}

/* As `show running-config object KIND NAME`, where the kind need not be known. */
static void act_show_running_object_id(struct act *a)
{
	static const char *const kinds[] = {"network", "service"};
	struct gram_match *m = malloc(sizeof(*m));
	struct gram_out out = act_out(a);
	struct parse_state at;
	char line[200];

	parse_state_init(&at, a->manager->gram, false);
	for (size_t i = 0; m && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(line, sizeof(line), "show running-config object %s %s", kinds[i],
		    gram_arg(&a->match, "name"));
		gram_match(a->manager->gram, &at, PRIVILEGE_MAX, line, m);
		if (m->status == GRAM_OK &&
		    !db_render(a->manager->running.db, flags_of(a), m, &out))
			act_refuse_unread(a);
		gram_match_done(m);
	}
	if (!m)
		act_refuse(a, "ERROR: out of memory");
	free(m);
	act_done(a);
}

const struct act_row acts_running_lines[] = {
    ACT(show_running_nat),
    ACT(show_running_ip_address),
    ACT(show_running_nameif),
    ACT(show_running_kept),
    ACT(show_running_object_id),
    ACTS_END,
};
