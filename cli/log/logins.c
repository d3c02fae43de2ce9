/* struct logins: one per manager; it remembers the newest few. */
#include "cli/log/logins.h"

#include <string.h>

#include "cli/log/clock.h"

#define DAY 86400

unsigned logins_add(struct logins *l, int64_t now, char *last, size_t size)
{
	const unsigned max = sizeof(l->at) / sizeof(l->at[0]);
	unsigned today = 1;

	last[0] = 0;
	for (unsigned i = 0; i < l->n; i++)
		today += now - l->at[i] < DAY;
	if (l->n) {
		clock_format(last, size, "Last login: %H:%M:%S %Z %b %e %Y from console",
		    l->at[l->n - 1]);
	}
	if (l->n == max)
		memmove(l->at, l->at + 1, (--l->n) * sizeof(l->at[0]));
	l->at[l->n++] = now;
	return today;
}
