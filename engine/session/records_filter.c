/*
 * What the filter of a session would say of a packet (`packet-tracer`): a header
 * and eight bytes behind it are all that a list looks at (RFC 791, RFC 792).
 */
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>

#include "engine/session/filter.h"
#include "engine/session/records.h"

enum { NO_RULE = UINT32_MAX };

/* The value of the query: numbers, addresses in host order. */
struct question {
	unsigned protocol, source_port, dest_port, type_code;
	uint32_t source, dest;
};

static bool question_read(const char *value, struct question *q)
{
	return sscanf(value, "%u %" SCNu32 " %u %" SCNu32 " %u %u", &q->protocol, &q->source,
		   &q->source_port, &q->dest, &q->dest_port, &q->type_code) == 6;
}

static void packet_write(struct wr *w, const struct question *q)
{
	ipv4_header(w, (uint8_t)q->protocol, q->source, q->dest, 0, 0, 8);
	if (q->protocol == IPPROTO_ICMP) {
		wr_u16(w, (uint16_t)q->type_code);
		wr_u16(w, 0);
	} else {
		wr_u16(w, (uint16_t)q->source_port);
		wr_u16(w, (uint16_t)q->dest_port);
	}
	wr_u32(w, 0);
}

/* The first rule that fits: each is asked alone, as one that permits. */
static uint32_t rule_of(const struct acl *a, const uint8_t *ip, const struct ipv4 *h, bool inward)
{
	struct acl *alone = a->n ? acl_new(a->rule, 1) : NULL;
	uint32_t at = NO_RULE;

	if (!alone)
		return NO_RULE;
	for (size_t i = 0; at == NO_RULE && i < a->n; i++) {
		alone->rule[0] = a->rule[i];
		alone->rule[0].permit = true;
		if (acl_permits(alone, NULL, ip, h, inward))
			at = (uint32_t)i;
	}
	acl_let_go(alone);
	return at;
}

static void emit_verdict(struct query *q, const struct session *s, const struct question *t)
{
	struct ipc_msg m = {.type = MSG_REC_CLIENT_FILTER};
	struct msg_rec_client_filter *r = &m.rec_client_filter;
	uint8_t ip[IP_HEADER + 8];
	struct wr w = wr_init(ip, sizeof ip);
	bool inward = t->source == s->address;
	struct ipv4 h;

	*r = (struct msg_rec_client_filter){.id = q->q->id,
	    .user = s->user,
	    .group_policy = s->policy->group_policy,
	    .filter_name = s->policy->filter,
	    .sent = s->filter_sent,
	    .filtered = s->filter != NULL,
	    .permit = true,
	    .rule = NO_RULE};
	packet_write(&w, t);
	if (s->filter && ipv4_parse(ip, sizeof ip, &h)) {
		r->permit = acl_permits(s->filter, NULL, ip, &h, inward);
		r->rule = rule_of(s->filter, ip, &h, inward);
	}
	query_emit(q, &m);
}

void query_client_filter(struct query *q)
{
	struct question t;

	for (size_t n = 0; question_read(q->q->value, &t) && n < q->gw->n_peers; n++) {
		const struct session *s = q->gw->peers[n]->session;

		if (s && s->up && session_fits(s, "a-ipaddress", q->q->filter)) {
			emit_verdict(q, s, &t);
			break;
		}
	}
	query_end(q, 0);
}
