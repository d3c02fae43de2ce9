/* The checkers of what asks for a short-lived child; as those of request_checks.h. */
#ifndef GATEHOUSE_REQUEST_CHECKS_CHILD_H
#define GATEHOUSE_REQUEST_CHECKS_CHILD_H

#include "engine/ipc/message.h"

const char *request_check_ping(const struct ipc_msg *);
const char *request_check_traceroute(const struct ipc_msg *);
const char *request_check_transfer(const struct ipc_msg *);
const char *request_check_nt(const struct ipc_msg *);
const char *request_check_child_end(const struct ipc_msg *);

#endif
