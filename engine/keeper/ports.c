/*
 * The UDP ports of IKE, which another program (an IKE daemon of the host) may have when we start.
 * Without them the appliance serves all else; the engine asks for them again and again, and each
 * time they are tried for. Once ours they stay so (held.c). Told are: who has one, when that is
 * another one, and that it is ours; the first not before the log knows by the configuration where
 * to tell it.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/keeper/private.h"
#include "engine/keeper/record_kinds.h"

static void tell_taken(struct keeper *k, enum held what)
{
	struct keeper_port *p = &k->ports[what];
	struct news news = keeper_news(k);
	char who[PORT_HOLDER_TEXT];

	port_holder_text(&p->holder, who);
	p->told = true;
	news_say(&news, NEWS_ERROR,
	    "UDP port %u belongs to %s: no client can connect until that is stopped; the port is "
	    "tried again every second",
	    held_port(what), who);
}

void keeper_ports_tell(struct keeper *k)
{
	for (enum held i = 0; i < KEEPER_PORTS; i++)
		if (k->held[i] < 0)
			tell_taken(k, i);
}

int keeper_port_open(struct keeper *k, enum held what)
{
	struct keeper_port *p = &k->ports[what];
	struct news news = keeper_news(k);
	uint16_t port = held_port(what);
	bool other;
	int fd, error;

	if (k->held[what] >= 0)
		return 0;
	fd = held_try(what);
	error = fd < 0 ? errno : 0;
	if (fd >= 0) {
		k->held[what] = fd;
		if (p->told)
			news_say(&news, NEWS_NOTICE, "UDP port %u is ours now", port);
		*p = (struct keeper_port){0};
	} else if (error == EADDRINUSE) {
		other = port_holder_look(&p->holder, IPPROTO_UDP, port) && p->holder.taken;
		if (k->ready && (other || !p->told))
			tell_taken(k, what);
	}
	return error;
}

/* ---- the query ------------------------------------------------------------------------- */

int record_ports(struct keeper *k, struct record_table *t)
{
	enum held *v = calloc(KEEPER_PORTS, sizeof *v);

	t->v = v;
	for (enum held i = 0; v && i < KEEPER_PORTS; i++) {
		if (k->held[i] < 0)
			(void)port_holder_look(&k->ports[i].holder, IPPROTO_UDP, held_port(i));
		v[t->n++] = i;
	}
	return v ? 0 : ENOMEM;
}

void record_port(const struct keeper *k, const void *entry, struct ipc_msg *m)
{
	enum held what = *(const enum held *)entry;
	const struct port_holder *h = &k->ports[what].holder;
	bool ours = k->held[what] >= 0;

	m->type = MSG_REC_PORT;
	m->rec_port = (struct msg_rec_port){.port = held_port(what),
	    .ours = ours,
	    .taken = !ours && h->taken,
	    .pid = h->pid,
	    .program = h->program,
	    .unit = h->unit};
}
