/* What an identification payload says in the trace (RFC 2407 4.6.2). */
#ifndef GATEHOUSE_IKE_IDENT_H
#define GATEHOUSE_IKE_IDENT_H

#include "engine/base/trace.h"
#include "engine/ike/payload.h"

/* "ID_IPV4_ADDR ID received" and its value. */
void ident_trace(struct trace *, const struct trace_ctx *, const struct ident *);

#endif
