/* The checkers of the keeper's requests; requests.c has the rows that name them. */
#ifndef GATEHOUSE_REQUEST_CHECKS_H
#define GATEHOUSE_REQUEST_CHECKS_H

#include "engine/ipc/message.h"

/* Each looks at nothing but the message: NULL when it is sane, else what is wrong with it. */
const char *request_check_open(const struct ipc_msg *);
const char *request_check_workers(const struct ipc_msg *);
const char *request_check_part(const struct ipc_msg *);
const char *request_check_interface(const struct ipc_msg *);
const char *request_check_dhcp(const struct ipc_msg *);
const char *request_check_lease(const struct ipc_msg *);
const char *request_check_relay(const struct ipc_msg *);
const char *request_check_route(const struct ipc_msg *);
const char *request_check_forwarding(const struct ipc_msg *);
const char *request_check_client_route(const struct ipc_msg *);
const char *request_check_mtu(const struct ipc_msg *);
const char *request_check_vlan(const struct ipc_msg *);
const char *request_check_client_arp(const struct ipc_msg *);
const char *request_check_proxy_arp(const struct ipc_msg *);
const char *request_check_nat(const struct ipc_msg *);
const char *request_check_zone(const struct ipc_msg *);
const char *request_check_traffic(const struct ipc_msg *);
const char *request_check_access_list(const struct ipc_msg *);
const char *request_check_access_group(const struct ipc_msg *);
const char *request_check_flush(const struct ipc_msg *);
const char *request_check_mapping(const struct ipc_msg *);
const char *request_check_clear(const struct ipc_msg *);
const char *request_check_clear_conn(const struct ipc_msg *);
const char *request_check_query(const struct ipc_msg *);
const char *request_check_clock(const struct ipc_msg *);
const char *request_check_listen(const struct ipc_msg *);
const char *request_check_syslog(const struct ipc_msg *);
const char *request_check_stop(const struct ipc_msg *);

#endif
