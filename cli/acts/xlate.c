/*
 * show xlate, clear xlate: what static rules translate as long as they stand, and
 * the connections whose source a dynamic one has translated, which the kernel
 * tracks. A connection through a static rule is no translation of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/names.h"
#include "cli/config/feed.h"
#include "cli/config/nat_lines.h"
#include "cli/show/machine.h"
#include "cli/show/tracked.h"
#include "cli/show/xlate.h"
#include "engine/firewall/firewall.h"

/* What the line asks for; everything where it says nothing. */
struct asked {
	struct range real, mapped;
	uint16_t real_low, real_high, mapped_low, mapped_high;
	const char *interface; /* NULL: any */
};

struct xlates {
	struct act *a;
	const struct firewall *rules;
	struct nat_lines lines;
	struct places places;
	struct asked asked;
	struct text listed;
	uint32_t n;
};

/* ---- which ones --------------------------------------------------------------------------- */

static void range_arg(const struct act *a, const char *name, const char *mask, struct range *to)
{
	const char *text = gram_arg(&a->match, name), *bits = gram_arg(&a->match, mask);
	const char *dash = text ? strchr(text, '-') : NULL;
	char first[ADDR_TEXT_MAX];
	struct addr x = {0}, y = {0}, m;

	*to = (struct range){0, UINT32_MAX};
	if (!text)
		return;
	snprintf(first, sizeof first, "%.*s", (int)strcspn(text, "-"), text);
	(void)addr_parse(first, &x);
	(void)addr_parse(dash ? dash + 1 : first, &y);
	*to = (struct range){addr_to_v4(&x), addr_to_v4(&y)};
	if (bits && addr_parse(bits, &m))
		*to = (struct range){to->first & addr_to_v4(&m), to->first | ~addr_to_v4(&m)};
}

static void port_arg(const struct act *a, const char *name, uint16_t *low, uint16_t *high)
{
	const char *text = gram_arg(&a->match, name);

	*low = 0;
	*high = UINT16_MAX;
	if (text)
		*low = *high = (uint16_t)atoi(text);
}

static struct asked asked_for(const struct act *a)
{
	struct asked q = {.interface = gram_arg(&a->match, "interface")};

	range_arg(a, "local", "local_mask", &q.real);
	range_arg(a, "global", "global_mask", &q.mapped);
	port_arg(a, "lport", &q.real_low, &q.real_high);
	port_arg(a, "gport", &q.mapped_low, &q.mapped_high);
	return q;
}

static bool overlap(struct range a, struct range b)
{
	return a.first <= b.last && b.first <= a.last;
}

static bool is_asked_for(const struct asked *q, const struct show_xlate *x)
{
	if (!overlap(q->real, x->real) || !overlap(q->mapped, x->mapped))
		return false;
	if (x->protocol && (x->real_high < q->real_low || x->real_low > q->real_high ||
			       x->mapped_high < q->mapped_low || x->mapped_low > q->mapped_high))
		return false;
	return !q->interface || !strcmp(q->interface, x->real_if) ||
	    !strcmp(q->interface, x->mapped_if);
}

static void list(struct xlates *l, const struct show_xlate *x)
{
	if (!is_asked_for(&l->asked, x))
		return;
	l->n++;
	show_xlate(&l->listed, x);
}

/* ---- standing ones --------------------------------------------------------------------------- */

static const struct nat_line *line_of(const struct xlates *l, uint64_t id)
{
	for (size_t i = 0; i < l->lines.n; i++)
		if (l->lines.v[i].id == id)
			return &l->lines.v[i];
	return NULL;
}

static unsigned standing_flags(const struct nat_line *line, struct range real, struct range mapped)
{
	return XLATE_STATIC | (line->dns ? XLATE_DNS : 0u) |
	    (range_equal(real, mapped) ? XLATE_IDENTITY : 0u) |
	    (line->section != NAT_SECTION_OBJECT && line->dest_mapped[0] ? XLATE_TWICE : 0u) |
	    (line->net_to_net ? XLATE_NET : 0u);
}

static void set_ports(struct show_xlate *x, const struct nat_service *s)
{
	if (!s->protocol || (s->real_low == s->mapped_low && s->real_high == UINT16_MAX))
		return;
	x->flags |= XLATE_PORTMAP;
	x->protocol = s->protocol;
	x->real_low = s->real_low;
	x->real_high = s->real_high;
	x->mapped_low = s->mapped_low;
	x->mapped_high = s->mapped_high;
}

/* Parts of a line repeat its sources for each of its destinations, and the other way round. */
static bool said_before(const struct xlates *l, size_t at, bool source)
{
	const struct nat_rule *r = &l->rules->nat[at];

	for (size_t i = at; i-- > 0 && l->rules->nat[i].line == r->line;) {
		const struct nat_rule *b = &l->rules->nat[i];

		if (source ? range_equal(b->real, r->real) && range_equal(b->mapped, r->mapped) &&
		            b->source_service.protocol == r->source_service.protocol
		           : range_equal(b->dest_real, r->dest_real))
			return true;
	}
	return false;
}

/* The address that the operator knows an interface by. */
static bool address_of(void *arg, const char *device, uint32_t *address)
{
	const struct manager *m = arg;

	for (unsigned i = 0; i < m->links.n; i++) {
		struct addr a;
		char text[ADDR_TEXT_MAX + 4];

		if (strcmp(m->links.v[i].device, device) != 0 || !m->links.v[i].n_addresses)
			continue;
		snprintf(text, sizeof text, "%s", m->links.v[i].addresses[0]);
		text[strcspn(text, "/")] = 0;
		if (!addr_parse(text, &a))
			return false;
		*address = addr_to_v4(&a);
		return true;
	}
	return false;
}

static void standing(struct xlates *l, size_t at)
{
	const struct nat_addresses addresses = {address_of, l->a->manager};
	const struct nat_rule *r = &l->rules->nat[at];
	const struct nat_line *line = line_of(l, r->line);
	struct show_xlate x = {0};

	if (!line || !nat_rule_mapped(r, &addresses, &x.mapped))
		return;
	if (r->kind == NAT_STATIC && !said_before(l, at, true)) {
		x.real_if = line->real_if;
		x.mapped_if = line->mapped_if;
		x.real = r->real;
		x.flags = standing_flags(line, x.real, x.mapped);
		set_ports(&x, &r->source_service);
		list(l, &x);
	}
	if (!line->dest_mapped[0] || said_before(l, at, false))
		return;
	x = (struct show_xlate){.real_if = line->mapped_if, .mapped_if = line->real_if,
	    .real = r->dest_real, .mapped = r->dest_mapped};
	x.flags = standing_flags(line, x.real, x.mapped);
	set_ports(&x, &r->dest_service);
	list(l, &x);
}

/* ---- those of connections -------------------------------------------------------------------- */

/* The rule that has translated this source; NULL: none that stands now. */
static const struct nat_rule *rule_of(const struct xlates *l, const struct msg_rec_connection *c)
{
	const struct nat_addresses addresses = {address_of, l->a->manager};
	uint32_t real = addr_to_v4(&c->source), mapped = addr_to_v4(&c->back_dest);

	for (size_t i = 0; i < l->rules->n_nat; i++) {
		const struct nat_rule *r = &l->rules->nat[i];
		struct range to;

		if (real < r->real.first || real > r->real.last ||
		    !nat_rule_mapped(r, &addresses, &to) || mapped < to.first || mapped > to.last)
			continue;
		if (r->kind == NAT_DYNAMIC || real - r->real.first == mapped - to.first)
			return r;
	}
	return NULL;
}

/* A pool without PAT gives a host an address for all that it opens. */
static bool host_said(const struct msg_rec_connection *all, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (addr_equal(&all[i].source, &all[at].source) &&
		    addr_equal(&all[i].back_dest, &all[at].back_dest))
			return true;
	return false;
}

static void of_connection(struct xlates *l, const struct msg_rec_connection *all, size_t at)
{
	const struct msg_rec_connection *c = &all[at];
	uint32_t real = addr_to_v4(&c->source), mapped = addr_to_v4(&c->back_dest);
	struct show_xlate x = {.real = {real, real}, .mapped = {mapped, mapped},
	    .flags = XLATE_DYNAMIC, .idle = c->idle, .timeout = c->timeout ? c->timeout : 1};
	const struct nat_rule *r;

	if (real == mapped)
		return;
	r = rule_of(l, c);
	if (r && r->kind == NAT_STATIC)
		return;
	x.real_if = places_find(&l->places, &c->source);
	x.mapped_if = places_find(&l->places, &c->back_source);
	if (!r || r->to & (NAT_TO_PAT | NAT_TO_INTERFACE)) {
		x.flags |= XLATE_PORTMAP;
		x.protocol = c->protocol;
		x.real_low = x.real_high = c->source_port;
		x.mapped_low = x.mapped_high = /* of ICMP the identifier, which is a source's */
		    c->protocol == IPPROTO_ICMP ? c->back_source_port : c->back_dest_port;
	} else if (host_said(all, at)) {
		return;
	}
	list(l, &x);
}

/* ---- acts --------------------------------------------------------------------------------------
 */

static void told(struct act *a, struct xlates *l, const struct answer *r)
{
	size_t n;
	struct msg_rec_connection *rec =
	    answer_records(r, MSG_REC_CONNECTION, sizeof(*rec), &n);

	for (size_t i = 0; i < l->rules->n_nat; i++)
		standing(l, i);
	for (size_t i = 0; i < n; i++)
		of_connection(l, rec, i);
	if (l->n > a->manager->most_translated)
		a->manager->most_translated = l->n;
	show_in_use(&a->out, l->n, a->manager->most_translated);
	if (!gram_typed(&a->match, "count")) {
		show_xlate_flags(&a->out);
		text_add(&a->out, text_str(&l->listed));
	}
	if (n == CONNECTIONS_TOLD_MAX)
		act_say(a, "(more than %zu are not looked at)\n", n);
	free(rec);
}

static void listed(struct act *a, const struct answer *r)
{
	struct xlates l = {.a = a, .rules = feed_firewall(a->manager->running.delivery.feed)};

	if (act_keeper_failed(a, r)) {
		act_done(a);
		return;
	}
	l.asked = asked_for(a);
	if (!nat_lines_read(a->manager->running.db, &l.lines) ||
	    !places_read(&l.places, a->manager))
		act_refuse_unread(a);
	else
		told(a, &l, r);
	nat_lines_free(&l.lines);
	places_free(&l.places);
	text_free(&l.listed);
	act_done(a);
}

static void act_show_xlate(struct act *a)
{
	act_query(a, ROLE_KEEPER, "connections", NULL, NULL, listed);
}

static void cleared(struct act *a, const struct answer *r)
{
	(void)act_keeper_failed(a, r);
	act_done(a);
}

/* What is translated anew has a new translation: its connections end. */
static void act_clear_xlate(struct act *a)
{
	struct ipc_msg msg = {.type = MSG_KEEP_CLEAR_CONN, .fd = -1};
	struct asked q = asked_for(a);

	msg.keep_clear_conn = (struct msg_keep_clear_conn){.translated = true,
	    .one = q.real,
	    .one_low = q.real_low,
	    .one_high = q.real_high,
	    .other = q.mapped,
	    .other_low = q.mapped_low,
	    .other_high = q.mapped_high};
	act_send(a, ROLE_KEEPER, &msg, cleared);
}

const struct act_row acts_connection[] = {
    ACT(show_xlate),
    ACT(clear_xlate),
    ACTS_END,
};
