/* Datagram sockets of the role; aaa_net.h. */
#ifndef GATEHOUSE_ROLE_AAA_UDP_H
#define GATEHOUSE_ROLE_AAA_UDP_H

#include "engine/aaa/net.h"

/* As the members of struct aaa_net, of a struct aaa_net_loop. */
struct aaa_udp *aaa_udp_open(
    struct aaa_net *, const struct aaa_place *, const struct aaa_udp_events *, void *arg);
struct aaa_udp *aaa_udp_listen(
    struct aaa_net *, uint16_t port, const struct aaa_udp_events *, void *arg);
bool aaa_udp_send(struct aaa_udp *, const struct aaa_place *to, const void *, size_t len);
void aaa_udp_close(struct aaa_udp *);

#endif
