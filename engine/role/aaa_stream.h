/* Streams of the role, TCP or TLS over it; aaa_net.h. */
#ifndef GATEHOUSE_ROLE_AAA_STREAM_H
#define GATEHOUSE_ROLE_AAA_STREAM_H

#include "engine/aaa/net.h"

/* As the members of struct aaa_net, of a struct aaa_net_loop. */
struct aaa_stream *aaa_stream_open(struct aaa_net *, const struct aaa_place *,
    const struct aaa_tls *, const struct aaa_stream_events *, void *arg);
bool aaa_stream_send(struct aaa_stream *, const void *, size_t len);
void aaa_stream_close(struct aaa_stream *);

#endif
