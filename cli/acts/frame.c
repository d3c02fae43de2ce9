/* The frame of a configuration, and what is saved in it. */
#include "cli/acts/frame.h"

#include "cli/log/clock.h"

void frame_head(const struct manager *m, const char *written, struct text *t)
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

	frame_head(m, NULL, t);
	if (!db_render(m->running.db, flags, NULL, &out) || !db_checksum(m->running.db, sum))
		return false;
	text_addf(t, "Cryptochecksum:%s\n: end\n", sum);
	return true;
}

int64_t frame_head_now(const struct act *a, struct text *t)
{
	struct text written = {0};
	char name[65];
	unsigned ms;
	int64_t now = clock_now(&ms);

	text_addf(&written, "%s at ", act_name(a, name));
	clock_text(&written, now, ms);
	frame_head(a->manager, text_str(&written), t);
	text_free(&written);
	return now;
}

bool frame_save(struct act *a)
{
	struct manager *m = a->manager;
	struct text head = {0};
	uint64_t start = uv_hrtime(), ms;
	char name[65], sum[33], error[400];
	int64_t now = frame_head_now(a, &head);
	long bytes;

	bytes = db_save(
	    m->running.db, text_str(&head), act_name(a, name), now, error, sizeof(error));
	text_free(&head);
	act_say(a, "Building configuration...\n");
	if (bytes < 0) {
		act_refuse(a, "ERROR: Unable to save the configuration: %s", error);
		return false;
	}
	text_clear(&m->running.notes);
	if (!db_checksum(m->running.db, sum)) {
		act_refuse_unread(a);
		return false;
	}
	ms = (uv_hrtime() - start) / 1000000;
	act_say(a,
	    "Cryptochecksum: %.8s %.8s %.8s %.8s \n\n"
	    "%ld bytes copied in %llu.%03llu secs\n[OK]\n",
	    sum, sum + 8, sum + 16, sum + 24, bytes, (unsigned long long)ms / 1000,
	    (unsigned long long)ms % 1000);
	if (m->running.revert.number)
		act_say(a, "WARNING: the change is not confirmed: without 'configure confirm' the "
			   "startup-config goes back, too\n");
	return true;
}
