/* The frame of a configuration as text: head and checksum; and what is saved in it. */
#include "cli/manager/frame.h"

#include "cli/log/clock.h"
#include "cli/show/show.h"

/* From ": Saved" to the "!" above the first line; `written`: by whom and when, NULL = nobody. */
static void head(const struct manager *m, const char *written, struct text *t)
{
	text_add(t, ": Saved\n");
	if (written)
		text_addf(t, ": Written by %s\n", written);
	text_addf(t,
	    "\n: \n: Serial Number: %s\n: Hardware:   %s, %u MB RAM, CPU %s\n:\n"
	    "ASA Version " DEVICE_VERSION " \n!\n",
	    m->machine.serial, DEVICE_HARDWARE, m->machine.memory_mb, m->machine.cpu);
}

bool frame_text(const struct manager *m, unsigned flags, struct text *t)
{
	struct gram_out out = text_out(t);
	char sum[33];

	head(m, NULL, t);
	if (!db_render(m->running.db, flags, NULL, &out) || !db_checksum(m->running.db, sum))
		return false;
	text_addf(t, "Cryptochecksum:%s\n: end\n", sum);
	return true;
}

int64_t frame_head_of(const struct manager *m, const char *who, struct text *t)
{
	struct text written = {0};
	unsigned ms;
	int64_t now = clock_now(&ms);

	text_addf(&written, "%s at ", who);
	clock_text(&written, now, ms);
	head(m, text_str(&written), t);
	text_free(&written);
	return now;
}

long frame_store(struct manager *m, const char *who, char *error, size_t size)
{
	struct text top = {0};
	int64_t now = frame_head_of(m, who, &top);
	long bytes = db_save(m->running.db, text_str(&top), who, now, error, size);

	text_free(&top);
	return bytes;
}
