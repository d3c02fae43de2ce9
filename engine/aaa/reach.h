/* Where a server of the configuration is: the address of its name, the device of its interface. */
#ifndef GATEHOUSE_AAA_REACH_H
#define GATEHOUSE_AAA_REACH_H

#include "engine/aaa/conversation.h"
#include "engine/aaa/net.h"

struct aaa_reach {
	const struct aaa_world *world;
	struct aaa_server *server; /* its address and device are set here */
	void (*changed)(struct aaa_reach *);
	struct addr found;         /* the address of its name */
	struct aaa_lookup *lookup; /* on its way */
	struct timer again;
};

/* Begins to look; `changed` is called whenever the server's address or device has become another
 * later. */
void aaa_reach_begin(struct aaa_reach *, const struct aaa_world *, struct aaa_server *,
    void (*changed)(struct aaa_reach *));
void aaa_reach_end(struct aaa_reach *);
/* The interface of the host may be another now; `changed` is not called. */
void aaa_reach_interface(struct aaa_reach *);
/* Interfaces have changed. */
void aaa_reach_device(struct aaa_reach *);

#endif
