/* What the keeper says to its roles: answers to what they asked, and the end. */
#include <stdio.h>

#include "engine/base/journal.h"
#include "engine/keeper/private.h"

void keeper_reply(struct keeper *k, enum role to, uint32_t id, int error, const char *text, int fd)
{
	struct ipc_msg m = {.type = MSG_KEEP_REPLY, .fd = fd,
	    .keep_reply = {.id = id, .error = (uint32_t)error, .text = text}};

	supervisor_send(k->roles, to, &m);
}

void keeper_stop(struct keeper *k, const char *why, bool restart)
{
	if (k->stopping)
		return;
	k->stopping = true;
	k->restart = restart;
	journal(LOG_NOTICE, "stopping: %s", why);
	snprintf(k->why, sizeof k->why, "%s", why);
	supervisor_stop(k->roles, k->why, restart);
}
