/*
 * struct acl_rule in messages between the roles.
 *
 *     source first | last | dest first | last | source low | high | dest low | high |
 *     protocol | permit | log | interval | line | hash
 */
#include "engine/net/acl.h"

void acl_rule_write(struct wr *w, const struct acl_rule *r)
{
	wr_u32(w, r->source_first);
	wr_u32(w, r->source_last);
	wr_u32(w, r->dest_first);
	wr_u32(w, r->dest_last);
	wr_u16(w, r->source_low);
	wr_u16(w, r->source_high);
	wr_u16(w, r->dest_low);
	wr_u16(w, r->dest_high);
	wr_u8(w, r->protocol);
	wr_u8(w, r->permit);
	wr_u8(w, r->log);
	wr_u16(w, r->interval);
	wr_u32(w, r->line);
	wr_u32(w, r->hash);
}

bool acl_rule_take(struct rd *rd, struct acl_rule *r)
{
	*r = (struct acl_rule){.source_first = rd_u32(rd)};
	r->source_last = rd_u32(rd);
	r->dest_first = rd_u32(rd);
	r->dest_last = rd_u32(rd);
	r->source_low = rd_u16(rd);
	r->source_high = rd_u16(rd);
	r->dest_low = rd_u16(rd);
	r->dest_high = rd_u16(rd);
	r->protocol = rd_u8(rd);
	r->permit = rd_u8(rd) != 0;
	r->log = rd_u8(rd);
	r->interval = rd_u16(rd);
	r->line = rd_u32(rd);
	r->hash = rd_u32(rd);
	return !rd->bad && r->source_first <= r->source_last && r->dest_first <= r->dest_last;
}
