/*
 * What the host had before we changed it: written down before the change, so
 * that a keeper which was killed does not take the memory of it along. Facts
 * hold for this boot of the machine and this network namespace; later ones find
 * the kernel as the host makes it.
 *
 *   key                 value
 *   link DEVICE         whether the link was up, and what went with it (host_link.c)
 *   sysctl PATH         the old value
 */
#ifndef GATEHOUSE_HOST_STATE_H
#define GATEHOUSE_HOST_STATE_H

#include <stdbool.h>

struct host_state;

/* Reads what an earlier keeper of this boot left in the state directory `dir` (NULL: nothing is
 * kept, for tests). NULL with errno when the directory cannot be read. */
struct host_state *host_state_open(const char *dir);
void host_state_close(struct host_state *);
/* Before a change: writes down that the host has `value` for `key`, unless a value stands there
 * already (then that one is the host's, and what is there now is ours). Neither is empty or has a
 * newline, keys have no tab. 0, or an errno: then it is not written down and the change must not be
 * made. */
int host_state_remember(struct host_state *, const char *key, const char *value);
/* The host's value, or NULL when we have changed nothing; until the next change. */
const char *host_state_get(const struct host_state *, const char *key);
/* After it was put back. Harmless when nothing stands there. */
void host_state_forget(struct host_state *, const char *key);
/* Calls `each` for all keys that begin with `prefix`, oldest first; it may forget that key. */
void host_state_each(struct host_state *, const char *prefix,
    void (*each)(void *arg, const char *key, const char *value), void *arg);

#endif
