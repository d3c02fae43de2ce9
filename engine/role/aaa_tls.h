/* TLS of a client over bytes that somebody else carries (OpenSSL, memory at both ends). */
#ifndef GATEHOUSE_ROLE_AAA_TLS_H
#define GATEHOUSE_ROLE_AAA_TLS_H

#include "engine/aaa/net.h"

struct aaa_tls_end;

enum aaa_tls_state { AAA_TLS_SHAKES, AAA_TLS_OPEN, AAA_TLS_OVER, AAA_TLS_FAILED };

/* NULL: no memory. */
struct aaa_tls_end *aaa_tls_create(const struct aaa_tls *);
void aaa_tls_destroy(struct aaa_tls_end *);
/* Bytes that have come from the server; false: no memory. */
bool aaa_tls_feed(struct aaa_tls_end *, const void *, size_t len);
/* Goes on with the handshake. */
enum aaa_tls_state aaa_tls_shake(struct aaa_tls_end *);
/* Plain bytes that have come, 0 = none for now; *state is OVER or FAILED when that was all. */
size_t aaa_tls_read(struct aaa_tls_end *, void *to, size_t size, enum aaa_tls_state *state);
/* Plain bytes to be sent. */
bool aaa_tls_write(struct aaa_tls_end *, const void *, size_t len);
/* Bytes for the server, 0 = none. */
size_t aaa_tls_take(struct aaa_tls_end *, void *to, size_t size);
/* Why it failed; *certificate: that of the server was not trusted. */
const char *aaa_tls_why(struct aaa_tls_end *, bool *certificate);

#endif
