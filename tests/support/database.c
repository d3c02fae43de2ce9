/*
 * A database for tests: every line typed is remembered with what it said and
 * which rows it handed on.
 */
#include "tests/support/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void said(void *ctx, const char *text, size_t len)
{
	struct test_db *t = ctx;
	size_t used = strlen(t->said);

	if (used + len < sizeof(t->said)) {
		memcpy(t->said + used, text, len);
		t->said[used + len] = '\0';
	}
}

static void changed(void *ctx, const struct db_change *c)
{
	struct test_db *t = ctx;
	const struct db_row *row = c->after ? c->after : c->before;
	size_t used = strlen(t->changes);

	snprintf(t->changes + used, sizeof(t->changes) - used, "%s%s:%s ",
	    !c->before ? "+" : c->after ? "*" : "-", c->table->name,
	    c->table->n_keys ? row->values[0] : "");
}

static void delivered(void *ctx, unsigned n)
{
	struct test_db *t = ctx;

	(void)n;
	strncat(t->changes, "|", sizeof(t->changes) - strlen(t->changes) - 1);
}

/* g0/1 is GigabitEthernet0/1. */
static bool interface_name(struct db_line *l)
{
	const char *name = db_text(&l->row, "hardware");
	char full[80];

	if (name[0] != 'g')
		return true;
	snprintf(full, sizeof(full), "GigabitEthernet%s", name + 1);
	db_put(l, "hardware", full);
	return true;
}

static bool user_password(struct db_line *l)
{
	const char *form = db_text(&l->row, "form"), *password = db_text(&l->row, "password");
	char hash[200];

	if (l->negated || (form && strcmp(form, "mschap")))
		return true;
	snprintf(hash, sizeof(hash), "hashed-%s", password);
	db_put(l, "password", hash);
	db_put(l, "form", form ? "nt-encrypted" : "pbkdf2");
	return true;
}

static bool group_check(struct db_line *l)
{
	if (db_int(&l->row, "dh", 0) != 1)
		return true;
	db_say(l, "ERROR: group 1 is not for policy %s", db_text(&l->row, "priority"));
	return false;
}

static bool pfs_default(struct db_line *l)
{
	if (!db_text(&l->row, "pfs"))
		db_put(l, "pfs", "group2");
	return true;
}

static bool nat_t_default(struct db_line *l)
{
	if (!db_text(&l->row, "nat_t"))
		db_put(l, "nat_t", "20");
	return true;
}

static const struct db_named_function functions[] = {
	{"interface_name", interface_name},
	{"user_password", user_password},
	{"group_check", group_check},
	{"pfs_default", pfs_default},
	{"nat_t_default", nat_t_default},
	{NULL, NULL},
};

void test_db_open(struct test_db *t, const struct gram *g, const char *boot_id)
{
	struct db_config config = {.gram = g, .change = changed, .end = delivered, .ctx = t};
	char error[300];

	if (!t->dir[0]) {
		strcpy(t->dir, "/tmp/gatehouse-db-XXXXXX");
		if (!mkdtemp(t->dir))
			abort();
	}
	config.dir = t->dir;
	config.functions = t->functions ? t->functions : functions;
	t->db = db_open(&config, boot_id, &t->opened, error, sizeof(error));
	if (!t->db) {
		fprintf(stderr, "%s\n", error);
		abort();
	}
	parse_state_init(&t->state, g, true);
}

void test_db_close(struct test_db *t)
{
	db_close(t->db);
	t->db = NULL;
}

void test_db_remove(struct test_db *t)
{
	static const char *const files[] = {"running.db", "running.db-wal", "running.db-shm",
		"running.db.bad", "running.db.bad-wal", "running.db.bad-shm", "secret.key",
		"startup-config"};
	char path[128];

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "%s/%s", t->dir, files[i]);
		remove(path);
	}
	remove(t->dir);
	t->dir[0] = '\0';
}

enum db_status test_line(struct test_db *t, const char *line)
{
	struct gram_out out = {said, t};
	enum db_status status;

	t->said[0] = t->changes[0] = '\0';
	status = db_line(t->db, &t->state, 15, line, 0, &t->match, &out);
	gram_match_done(&t->match);
	return status;
}

const char *test_render(struct test_db *t, unsigned flags, const char *show)
{
	struct gram_out out = {said, t};

	if (show && test_line(t, show) != DB_ACT)
		abort();
	t->said[0] = '\0';
	if (show)
		db_line(t->db, &t->state, 15, show, 0, &t->match, &out);
	db_render(t->db, flags, show ? &t->match : NULL, &out);
	if (show)
		gram_match_done(&t->match);
	return t->said;
}
