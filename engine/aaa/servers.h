/* What the manager asks of the servers of the configuration: records, and acts upon them. */
#ifndef GATEHOUSE_AAA_SERVERS_H
#define GATEHOUSE_AAA_SERVERS_H

#include "engine/aaa/accounting.h"
#include "engine/aaa/registry.h"
#include "engine/aaa/report.h"

struct aaa_servers {
	struct aaa_registry *registry;
	struct aaa_group *local;
	struct env *env;
	struct aaa_listener *listener;
	struct accounting *accounting;
};

/* A message of the manager's; false: it is none of these. Answers go by the listener. */
bool aaa_servers_message(const struct aaa_servers *, const struct ipc_msg *);

#endif
