/* show vpn doctor: what was found, each with its cure. */
#include "cli/show/show.h"

#include <string.h>

/* Each line of a text, behind blanks. */
static void indented(struct text *out, const char *lines)
{
	while (*lines) {
		size_t n = strcspn(lines, "\n");

		text_add(out, "    ");
		text_addn(out, lines, n);
		text_addc(out, '\n');
		lines += n + (lines[n] == '\n');
	}
}

static void finding(struct text *out, const struct msg_rec_vpn_finding *f, size_t number)
{
	text_addf(out, "%zu. %s: %s\n", number, f->severity, f->what);
	if (f->code)
		text_addf(out, "  Client sees : error %u, %s\n", f->code, f->sees);
	else
		text_addf(out, "  Client sees : %s\n", f->sees);
	if (*f->cure) {
		text_add(out, "  Cure, to be pasted at (config)#:\n");
		indented(out, f->cure);
	}
	if (*f->advice) {
		text_add(out, "  Note:\n");
		indented(out, f->advice);
	}
	text_addc(out, '\n');
}

void show_doctor(struct text *out, const struct msg_rec_vpn_finding *rec, size_t n, size_t problems,
    unsigned checks, unsigned unmade)
{
	for (size_t i = 0; i < n; i++)
		finding(out, &rec[i], i + 1);
	if (problems)
		text_addf(out, "%zu problem%s found in %u checks", problems,
		    problems == 1 ? "" : "s", checks);
	else
		text_addf(out, "No problem found in %u checks", checks);
	if (unmade)
		text_addf(out, "; %u could not be made.\n", unmade);
	else if (problems)
		text_add(out, ".\n");
	else
		text_add(out,
		    ": clients can connect as far as the configuration and the host say.\n");
}
