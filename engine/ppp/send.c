/* What leaves a link, and what is told of it and of its automata in debug lines. */
#include "engine/ppp/send.h"

#include "engine/ppp/decode.h"
#include "engine/ppp/frame.h"

struct trace_ctx ppp_about(const struct ppp *p)
{
	struct trace_ctx about = {0};

	if (p->ops->about)
		p->ops->about(p->owner, &about);
	if (!about.user)
		about.user = p->auth.user;
	return about;
}

void ppp_trace_packet(struct ppp *p, const char *way, uint16_t protocol, struct rd packet)
{
	struct trace_ctx about;
	char line[1024];

	if (!trace_on(p->trace, TRACE_PPP_PACKET, TRACE_DEBUG))
		return;
	about = ppp_about(p);
	if (trace_passes(p->trace, &about))
		trace_text(p->trace, &about, TRACE_PPP_PACKET, TRACE_DEBUG, "PPP %s: %s %s",
		    p->label, way, ppp_decode(line, sizeof line, protocol, packet));
}

void ppp_send(struct ppp *p, uint16_t protocol, uint8_t code, uint8_t id, const void *data,
    size_t len)
{
	uint8_t frame[PPP_FRAME_MAX + 8];
	struct wr w = wr_init(frame, sizeof frame);
	struct rd sent;

	ppp_put_header(&w, protocol);
	wr_u8(&w, code);
	wr_u8(&w, id);
	wr_u16(&w, (unsigned)len + 4);
	wr_bytes(&w, data, len);
	if (w.full)
		return;
	sent = rd_init(frame, wr_len(&w));
	rd_skip(&sent, PPP_HEADER_MAX);
	ppp_trace_packet(p, "sent", protocol, sent);
	p->ops->send(p->owner, frame, wr_len(&w));
}

void ppp_trace_state(struct ppp *p, const struct fsm *f, enum fsm_event e, enum fsm_state from,
    enum fsm_state to)
{
	ppp_log(p, TRACE_DEBUG, "PPP %s: %s %s -> %s (%s)", p->label, f->ops->name,
	    fsm_state_name[from], fsm_state_name[to], fsm_event_name[e]);
}
