/* Sockets towards those who take the log: syslog servers, the journal of the host. */
#ifndef GATEHOUSE_SYSLOG_SOCKET_H
#define GATEHOUSE_SYSLOG_SOCKET_H

#include <stdint.h>

#include "engine/base/addr.h"

/* A non-blocking socket, connected (TCP: begun) to that server by the link `device` (a Linux name).
 * -1 and errno. */
int syslog_socket(bool tcp, const char *device, const struct addr *, uint16_t port);
/* One connected to the journal, when that is where standard error goes: systemd started us. -1 and
 * errno. */
int syslog_journal(void);

#endif
