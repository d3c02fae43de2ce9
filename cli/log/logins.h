/* When people logged in lately, for the greeting of the next one. */
#ifndef GATEHOUSE_LOG_LOGINS_H
#define GATEHOUSE_LOG_LOGINS_H

#include <stddef.h>
#include <stdint.h>

struct logins { /* zeroed: nobody yet */
	int64_t at[16]; /* Unix time, oldest first */
	unsigned n;
};

/* Notes one who logs in now. Returns the log-ins of the last day as far as they are remembered,
 * his own among them; `last` gets the sentence on the one before, "" when there was none. */
unsigned logins_add(struct logins *, int64_t now, char *last, size_t size);

#endif
