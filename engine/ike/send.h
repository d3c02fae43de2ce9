/*
 * Messages on their way out: the trace line, encryption, the copy that answers a repeated request.
 * Informational messages (RFC 2409 5.7) are built here, because everybody sends them.
 */
#ifndef GATEHOUSE_IKE_SEND_H
#define GATEHOUSE_IKE_SEND_H

#include "engine/ike/payload.h"
#include "engine/ike/sa.h"

/* What `debug` says of a message that came. */
void trace_received(const struct ike *, const struct path *, const struct message *);
/* Finishes and sends a message in clear, keeps it in `last` (may be NULL) for duplicates. */
void send_clear(struct ike_sa *, struct out *, struct answered *last);
/* The same encrypted; `iv` moves on. */
bool send_encrypted(struct ike_sa *, struct out *, uint8_t *iv, struct answered *last);
/* Sends a message in clear that was built anew, byte for byte. */
void send_clear_again(struct ike_sa *, const struct path *, struct out *);
/* Before the client has proved anything, to where he repeated himself; later to where he is. */
void send_again(struct ike_sa *, const struct path *, const struct answered *);
/* One datagram as it is, counted. */
void send_raw(struct ike *, const struct path *, const void *msg, size_t len);
/* NO-PROPOSAL-CHOSEN and its like, unprotected: before there are keys. */
void send_notify_clear(struct ike *, const struct path *, const uint8_t *cky_i,
    const uint8_t *cky_r, uint16_t type);
/* One protected notification: `body` is that of its payload. */
void send_notify_body(struct ike_sa *, struct chunk body, struct answered *last);
/* The same without data, about a phase 2 proposal. */
void send_notify(struct ike_sa *, uint8_t protocol, struct chunk spi, uint16_t type);
void send_delete(struct ike_sa *, uint8_t protocol, struct chunk spi);

#endif
