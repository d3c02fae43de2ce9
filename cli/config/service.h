/* What the columns of ports and ICMP types of a row mean: of services, of access lists. */
#ifndef GATEHOUSE_CONFIG_SERVICE_H
#define GATEHOUSE_CONFIG_SERVICE_H

#include "cli/config/cover.h"

/* The ports by src_op, src_port, src_high and op, port, port_high; the protocol is left alone.
 * False: there is no such port (one greater than 65535). */
bool service_ports(const struct db_row *, struct service *);
/* The type and the code of ICMP, which port and port_high are; all of them where there is none. */
void service_icmp(const struct db_row *, struct service *);

#endif
