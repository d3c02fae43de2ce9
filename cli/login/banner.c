/* Rows of the table `banner` as text; see banner.h. */
#include "cli/login/banner.h"

#include <string.h>

/* One line, $(hostname) and $(domain) replaced. */
static void add_line(struct manager *m, const char *line, size_t len, struct text *out)
{
	static const char host[] = "$(hostname)", domain[] = "$(domain)";
	const char *end = line + len;
	char name[128];

	while (line < end) {
		size_t left = (size_t)(end - line);

		if (left >= sizeof(host) - 1 && memcmp(line, host, sizeof(host) - 1) == 0) {
			text_addf(out, "%s", m->running.delivery.own.hostname);
			line += sizeof(host) - 1;
		} else if (left >= sizeof(domain) - 1 &&
		    memcmp(line, domain, sizeof(domain) - 1) == 0) {
			if (db_get(m->running.db, "system", "domain_name", NULL, 0, name,
			        sizeof(name)))
				text_addf(out, "%s", name);
			line += sizeof(domain) - 1;
		} else {
			text_addn(out, line++, 1);
		}
	}
	text_addn(out, "\n", 1);
}

bool banner_text(struct manager *m, const char *kind, struct text *out)
{
	char all[2 * GRAM_LINE_MAX];
	const char *at = all;
	size_t n;

	if (!db_get(m->running.db, "banner", kind, NULL, 0, all, sizeof(all)))
		return false;
	for (;; at += n + 1) {
		n = strcspn(at, "\n");
		add_line(m, at, n, out);
		if (!at[n])
			return true;
	}
}
