/* Saving, as an act tells of it. */
#include "cli/acts/frame.h"

int64_t frame_head_now(const struct act *a, struct text *t)
{
	char name[65];

	return frame_head_of(a->manager, act_name(a, name), t);
}

bool frame_say_checksum(struct act *a)
{
	char sum[33];

	if (!db_checksum(a->manager->running.db, sum))
		return false;
	act_say(a, "Cryptochecksum: %.8s %.8s %.8s %.8s \n\n", sum, sum + 8, sum + 16, sum + 24);
	return true;
}

bool frame_save(struct act *a)
{
	struct manager *m = a->manager;
	const char *from = a->session->way == WAY_SSH ? a->session->from : "console";
	uint64_t start = uv_hrtime(), ms;
	char name[65], error[400];
	long bytes;

	audit_add(&m->audit, 5, 111001, "Begin configuration: %s writing to memory", from);
	bytes = frame_store(m, act_name(a, name), error, sizeof(error));
	audit_add(&m->audit, 5, 111004, "%s end configuration: %s", from,
	    bytes < 0 ? "FAILED" : "OK");
	act_say(a, "Building configuration...\n");
	if (bytes < 0) {
		act_refuse(a, "ERROR: Unable to save the configuration: %s", error);
		return false;
	}
	text_clear(&m->running.notes);
	if (!frame_say_checksum(a)) {
		act_refuse_unread(a);
		return false;
	}
	ms = (uv_hrtime() - start) / 1000000;
	act_say(a, "%ld bytes copied in %llu.%03llu secs\n[OK]\n", bytes,
	    (unsigned long long)ms / 1000, (unsigned long long)ms % 1000);
	if (m->running.revert.number)
		act_say(a, "WARNING: the change is not confirmed: without 'configure confirm' the "
			   "startup-config goes back, too\n");
	else if (m->running.revert.unread)
		act_say(a, "WARNING: whether a change is waiting to be confirmed cannot be read "
			   "now\n");
	return true;
}
