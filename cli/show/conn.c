/* show conn: its letters are made of what connection tracking knows: the state of TCP, and how much
 * each end has sent. */
#include "cli/show/conn.h"

#include <linux/netfilter/nf_conntrack_tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "cli/show/tracked.h"

/* ---- letters -------------------------------------------------------------------------------- */

/* Did more come than headers? A SYN has 60 bytes at most without data, what follows mostly 52. */
static bool has_data(uint64_t packets, uint64_t bytes)
{
	return packets && bytes > 60 + 52 * (packets - 1);
}

/* The letters of a TCP connection in each state, as the inside has opened it, and the outside. */
static const struct {
	const char *there, *back;
	bool data;
} letters[] = {
    [TCP_CONNTRACK_NONE] = {"saA", "SaAB", false},
    [TCP_CONNTRACK_SYN_SENT] = {"saA", "SaAB", false},
    [TCP_CONNTRACK_SYN_RECV] = {"A", "aB", false},
    [TCP_CONNTRACK_ESTABLISHED] = {"U", "U", true},
    [TCP_CONNTRACK_FIN_WAIT] = {"Uf", "UF", true},
    [TCP_CONNTRACK_CLOSE_WAIT] = {"UfR", "UFr", true},
    [TCP_CONNTRACK_LAST_ACK] = {"UfFR", "UfFr", true},
    [TCP_CONNTRACK_TIME_WAIT] = {"UfFRr", "UfFRr", true},
    [TCP_CONNTRACK_CLOSE] = {"UfFRr", "UfFRr", true},
    [TCP_CONNTRACK_SYN_SENT2] = {"saA", "SaAB", false},
};

static void flags_of(const struct show_conn *s, char flags[16])
{
	const struct msg_rec_connection *c = s->rec;
	bool sent = has_data(c->sent_packets, c->sent_bytes);
	bool got = has_data(c->got_packets, c->got_bytes);
	bool counted = c->sent_packets || c->got_packets;
	uint8_t state = c->state < sizeof letters / sizeof *letters ? c->state : 0;

	if (c->protocol != IPPROTO_TCP) {
		snprintf(flags, 16, "-");
		return;
	}
	snprintf(flags, 16, "%s", s->inbound ? letters[state].back : letters[state].there);
	if (!letters[state].data)
		return;
	if (!counted || (s->inbound ? sent : got))
		strcat(flags, "I");
	if (!counted || (s->inbound ? got : sent))
		strcat(flags, "O");
	if (s->inbound)
		strcat(flags, "B");
}

bool show_conn_in_state(const struct show_conn *s, const char *state)
{
	static const struct {
		const char *word;
		const char *any_of;
	} row[] = {{"up", "U"}, {"tcp_embryonic", "aAsS"}, {"conn_inbound", "B"}, {"data_in", "I"},
	    {"data_out", "O"}, {"finin", "F"}, {"finout", "f"}};
	char flags[16];

	flags_of(s, flags);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		if (strcmp(row[i].word, state) == 0)
			return strpbrk(flags, row[i].any_of) != NULL;
	return false;
}

/* ---- lines ------------------------------------------------------------------------------------
 */

/* "39s", "1m5s", "1h0m", "1D19h": the two largest units. */
static void span(struct text *out, uint32_t s)
{
	if (s < 60)
		text_addf(out, "%us", s);
	else if (s < 3600)
		text_addf(out, "%um%us", s / 60, s % 60);
	else if (s < 86400)
		text_addf(out, "%uh%um", s / 3600, s / 60 % 60);
	else
		text_addf(out, "%uD%uh", s / 86400, s / 3600 % 24);
}

static void end_of(struct text *out, const struct show_conn_end *e, bool both)
{
	char a[ADDR_TEXT_MAX];

	text_addf(out, " %s: %s/%u", e->ifname, addr_text(&e->address, a), e->port);
	if (both)
		text_addf(out, " (%s/%u)", addr_text(&e->mapped, a), e->mapped_port);
}

static void times(struct text *out, const struct msg_rec_connection *c)
{
	text_add(out, ", idle ");
	span(out, c->idle);
	text_add(out, ", uptime ");
	span(out, c->age);
	text_add(out, ", timeout ");
	span(out, c->timeout);
}

void show_conn(struct text *out, const struct show_conn *s, enum show_conn_form form)
{
	const struct msg_rec_connection *c = s->rec;
	unsigned long long bytes = c->sent_bytes + c->got_bytes;
	char flags[16], a[2][ADDR_TEXT_MAX];

	flags_of(s, flags);
	show_protocol(out, c->protocol);
	if (form != SHOW_CONN) {
		end_of(out, &s->outside, form == SHOW_CONN_LONG);
		end_of(out, &s->inside, form == SHOW_CONN_LONG);
		text_addf(out, "%sflags %s", form == SHOW_CONN_LONG ? ", " : ",\n    ", flags);
		times(out, c);
		text_addf(out, ", bytes %llu\n", bytes);
		return;
	}
	text_addf(out, " %s  %s:%u %s  %s:%u, idle ", s->outside.ifname,
	    addr_text(&s->outside.address, a[0]), s->outside.port, s->inside.ifname,
	    addr_text(&s->inside.address, a[1]), s->inside.port);
	show_clock_span(out, c->idle);
	text_addf(out, ", bytes %llu, flags %s\n", bytes, flags);
}

void show_conn_flags(struct text *out)
{
	text_add(out,
	    "Flags: A - awaiting responder ACK to SYN, a - awaiting initiator ACK to SYN,\n"
	    "       B - initial SYN from outside, F - outside FIN, f - inside FIN,\n"
	    "       I - inbound data, O - outbound data, R - outside acknowledged FIN,\n"
	    "       r - inside acknowledged FIN, S - awaiting inside SYN,\n"
	    "       s - awaiting outside SYN, U - up\n");
}
