/*
 * A small file of the keeper's own in the state directory: one line
 * `KEY<TAB>VALUE` a fact, below a title. It is read once, and rewritten as a
 * whole (temp, fsync, rename) by ledger_save().
 */
#ifndef GATEHOUSE_LEDGER_H
#define GATEHOUSE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>

/* How the names of such files end; they stay root's, whoever owns the directory. */
#define LEDGER_SUFFIX ".keeper"

struct ledger;

/*
 * Opens <dir>/<name>LEDGER_SUFFIX. A file that is not there, that is not ours
 * (another owner, others may write it, a link) or bears another title is an
 * empty ledger. `dir` NULL: a ledger in memory only. NULL with errno when the
 * directory cannot be opened or memory is short.
 */
struct ledger *ledger_open(const char *dir, const char *name, const char *title);
void ledger_close(struct ledger *);
/* The value of a key, NULL when it has none; until the next change. */
const char *ledger_get(const struct ledger *, const char *key);
/* Changes (NULL: removes) a value in memory. Keys have no tab or newline, values no newline,
 * neither is empty. 0, EINVAL or ENOMEM. */
int ledger_put(struct ledger *, const char *key, const char *value);
/* Writes what was changed. 0, or an errno: then the ledger is again what the file says. */
int ledger_save(struct ledger *);
/* Line `i` in the order in which keys came, NULL past the last. */
const char *ledger_key(const struct ledger *, size_t i);
const char *ledger_value(const struct ledger *, size_t i);

#endif
