/* Formatters of packet-tracer. Pure, as those of show.h. */
#ifndef GATEHOUSE_SHOW_PACKET_TRACER_H
#define GATEHOUSE_SHOW_PACKET_TRACER_H

#include "cli/show/show.h"
#include "engine/net/acl.h"

struct show_phase {
	const char *type, *subtype; /* "ACCESS-LIST", NULL = none */
	bool drop;
	const char *config, *information; /* lines, each with its end; NULL: none */
};

void show_tracer_phase(struct text *out, unsigned number, const struct show_phase *);
/* What `detailed` adds to the phase of an access list's rule. */
void show_tracer_rule(struct text *out, const struct acl_rule *, const char *in, const char *to);

struct show_tracer { /* names of interfaces; up: not shut down; line: with carrier */
	const char *in, *out; /* out NULL: there is none */
	bool in_up, in_line, out_up, out_line;
	const char *drop; /* "(acl-drop) Flow is denied by configured rule"; NULL: it passes */
};

void show_tracer_result(struct text *out, const struct show_tracer *);

#endif
