/* A running database in a folder of its own, with the hooks of the tests' grammar. */
#ifndef GATEHOUSE_TEST_DATABASE_H
#define GATEHOUSE_TEST_DATABASE_H

#include "db/db.h"

struct test_db {
	struct db *db;
	char dir[64];
	enum db_opened opened;
	struct parse_state state;
	struct gram_match match;
	/* NULL: those of the tests' grammar */
	const struct db_named_function *functions;
	char said[200000]; /* what was written to the terminal */
	/* "+table:key " new, "*..." changed, "-..." gone; "|" ends a delivery */
	char changes[4000];
};

/* Opens in a new folder, or again in `t->dir` when it is not empty. */
void test_db_open(struct test_db *t, const struct gram *, const char *boot_id);
void test_db_close(struct test_db *t);
/* Removes the folder. */
void test_db_remove(struct test_db *t);
/* A typed line; what was said (and the changes) are those of this line only. */
enum db_status test_line(struct test_db *t, const char *line);
/* The running-config as text in t->said; `show`: limited as by that show command. */
const char *test_render(struct test_db *t, unsigned flags, const char *show);

#endif
