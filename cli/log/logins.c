/* struct logins: one per manager; it remembers the newest few. */
#include "cli/log/logins.h"

#include <string.h>
#include <time.h>

#define DAY 86400

unsigned logins_add(struct logins *l, int64_t now, char *last, size_t size)
{
	const unsigned max = sizeof(l->at) / sizeof(l->at[0]);
	unsigned today = 1;
	struct tm tm;

	last[0] = 0;
	for (unsigned i = 0; i < l->n; i++)
		today += now - l->at[i] < DAY;
	if (l->n) {
		time_t t = (time_t)l->at[l->n - 1];

		gmtime_r(&t, &tm);
		strftime(last, size, "Last login: %H:%M:%S UTC %b %e %Y from console", &tm);
	}
	if (l->n == max)
		memmove(l->at, l->at + 1, (--l->n) * sizeof(l->at[0]));
	l->at[l->n++] = now;
	return today;
}
