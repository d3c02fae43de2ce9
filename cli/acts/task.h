/* An act whose work is done by a short-lived child of the keeper's. */
#ifndef GATEHOUSE_ACTS_TASK_H
#define GATEHOUSE_ACTS_TASK_H

#include "cli/acts/act.h"
#include "cli/manager/child.h"

/* What of the child's frames is no text comes to `framed` (may be NULL); its texts are said and
 * seen at once. Until its end nothing of the configuration is read; that, which `why` tells when it
 * failed, goes on in `ended`, or ends the act. */
struct act_task {
	void (*framed)(struct act *, const struct stream_frame *);
	void (*heard)(void *act); /* it is there and can be sent to (may be NULL) */
	void (*ended)(struct act *, const char *why);
};

/* Starts it; one at a time. `task` must outlive the act. */
void act_task(struct act *, struct ipc_msg *request, const struct act_task *task);

#endif
