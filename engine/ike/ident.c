/* The device's lines about identities; see ident.h. */
#include "engine/ike/ident.h"

static const char *id_name(uint8_t type)
{
	switch (type) {
#define X(name, number) \
	case number: \
		return #name;
		IDENTS(X)
#undef X
	default:
		return "Unknown";
	}
}

void ident_trace(struct trace *t, const struct trace_ctx *ctx, const struct ident *id)
{
	char a[ADDR_TEXT_MAX], m[ADDR_TEXT_MAX];
	struct addr address, mask;

	if (!trace_on(t, TRACE_IKE, TRACE_DEBUG))
		return;
	if (!ident_ipv4(id, &address, &mask))
		trace_ike_decode(t, 714011, ctx, "%s ID received, len %zu", id_name(id->type),
		    id->data.len);
	else if (id->type == ID_IPV4_ADDR)
		trace_ike_decode(t, 714011, ctx, "%s ID received\n%s", id_name(id->type),
		    addr_text(&address, a));
	else
		trace_ike_decode(t, 714011, ctx, "%s ID received--%s--%s", id_name(id->type),
		    addr_text(&address, a), addr_text(&mask, m));
}
