/* What the terminal is told: texts of the grammar. */
#include <string.h>

#include "db/say.h"

static const char *write_text(struct gram_out *out, const char *text, size_t len)
{
	if (out && len)
		out->write(out->ctx, text, len);
	return text + len;
}

void say_text(struct db *db, const char *text, const char *name)
{
	const char *hole = strstr(text, "%s");

	if (db->fault) /* what was read may be wrong, and what is said of it */
		return;
	if (hole) {
		write_text(db->out, text, (size_t)(hole - text));
		write_text(db->out, name, strlen(name));
		text = hole + 2;
	}
	write_text(db->out, text, strlen(text));
	write_text(db->out, "\n", 1);
}
