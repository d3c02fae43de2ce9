/* An appliance's configuration in a test: the built-in grammar, a database in a new directory, one
 * session at (config)#. */
#ifndef GATEHOUSE_TEST_CONFIG_H
#define GATEHOUSE_TEST_CONFIG_H

#include "parser/text.h"
#include "db/db.h"

struct config_test {
	struct gram *gram;
	struct db *db;
	char dir[64];
	struct parse_state state;
	struct gram_match match;
	struct text out; /* what the last line said */
	void (*change)(void *ctx, const struct db_change *);
	void (*end)(void *ctx, unsigned changes);
	void *ctx;
};

/* Lines that make the names which the grammar's examples refer to. */
extern const char config_prelude[];

/* Ends the test program with a message when something does not open. `change` and `end` may be
 * set before. */
void config_open(struct config_test *);
void config_close(struct config_test *);
/* Empties it; the session is at (config)# again. */
void config_reset(struct config_test *);
/* A typed line at privilege 15; what it said is in `out`. */
enum db_status config_line(struct config_test *, const char *line);
/* A text line by line, as pasted: the test fails at a line that is refused. */
void config_paste(struct config_test *, const char *text);
/* The running-config, or the part that `section` ("" = all) begins; RENDER_* flags. The text lives
 * until the next call. */
const char *config_show(struct config_test *, unsigned flags, const char *section);
/* A whole text into the emptied database; the number of refused lines, the first one in `out`. */
unsigned config_load(struct config_test *, const char *text);
/* Reads a file of the repository, NUL-terminated; to be freed. */
char *config_file(const char *path);

#endif
