/*
 * load: brings many Windows-like clients up on a gateway by real IKE, L2TP and PPP, pushes
 * packets of theirs through it both ways in windows, checks every byte, number and order of what
 * comes out, and prints what it costs the gateway's packet threads: CPU a packet, beside the
 * usual userspace server and a copy in memory in the same run. Exit 0 when nothing was lost,
 * damaged or out of order.
 *
 * It stands where the clients are; the hosts behind the gateway are a TAP device in its namespace
 * (tests/bench/gateway.sh lays out the network):
 *
 *     clients (here) --veth--> [ gateway ] --TAP "hosts" (here)
 *                     '------> [ usual server ] --TAP "hosts"
 */
#include <stdio.h>

#include "tests/load/check.h"
#include "tests/load/options.h"
#include "tests/load/scene.h"
#include "tests/load/trip.h"

static bool all_well(const struct scene *s)
{
	struct faults f = gateway_faults(&s->gateway);

	if (!(f.damaged || f.disordered || f.bad || f.strange))
		return true;
	printf("not ok: damaged %llu, out of order %llu, not authentic %llu, of nobody %llu\n",
	    (unsigned long long)f.damaged, (unsigned long long)f.disordered,
	    (unsigned long long)f.bad, (unsigned long long)f.strange);
	return false;
}

static void figure(const struct scene *s, const struct row *r, const struct measured *m,
    const struct measured *u)
{
	char what[128], how[64], than[128] = "";
	double len = r->plan.shape.len, copy = measure_copy((size_t)len);

	snprintf(what, sizeof what, "%s %s, %u user%s%s", s->o->cipher_name, r->text, s->gateway.n,
	    s->gateway.n == 1 ? "" : "s", s->o->client.nat ? "" : ", raw ESP");
	snprintf(how, sizeof how, "%6.0f ns, %5.2f Gbit/s, %4.0f kpps", m->ns, len * 8 / m->ns,
	    1e6 / m->ns);
	if (s->usual_pid)
		snprintf(than, sizeof than, "%4.1f x the usual server (%.0f ns); ", u->ns / m->ns,
		    u->ns);
	printf("%-46s %-34s %s%.1f x a copy (%.0f ns)\n", what, how, than, m->ns / copy, copy);
	fflush(stdout);
}

static bool run_row(struct scene *s, const struct row *r)
{
	struct measured m, u = {0};
	bool ok;

	ok = measure_row(&s->gateway, s->usual_pid ? &s->usual : NULL, &r->plan, &m, &u);
	if (ok)
		figure(s, r, &m, &u);
	else
		printf("not ok: %s: lost %llu of %llu (the usual server: %llu of %llu), not sent "
		       "%llu\n",
		    r->text, (unsigned long long)m.lost, (unsigned long long)(m.packets + m.lost),
		    (unsigned long long)u.lost, (unsigned long long)(u.packets + u.lost),
		    (unsigned long long)(m.unsent + u.unsent));
	return ok;
}

static bool trip_row(struct scene *s, const struct row *r)
{
	struct trips t = {0};
	bool ok = trip_measure(
	    &s->gateway, r->from, r->trips, r->plan.shape.len ? &r->plan.shape : NULL, &t);
	char what[128];

	snprintf(what, sizeof what, "%s %s", s->o->cipher_name, r->text);
	printf("%-46s p50 %.0f us, p99 %.0f us; lost %u of %u; the other's: %llu packets, wrong "
	       "%llu\n",
	    what, t.p50, t.p99, t.lost, t.sent, (unsigned long long)t.other,
	    (unsigned long long)t.wrong);
	return ok;
}

static bool check_row(struct scene *s, const struct row *r)
{
	struct tally t = {0};
	bool ok = check_lengths(&s->gateway, &r->plan, r->from, r->step, &t);

	printf("%s %s: %llu packets up, %llu down, lost %llu, not sent %llu\n",
	    s->o->cipher_name, r->text, (unsigned long long)t.up, (unsigned long long)t.down,
	    (unsigned long long)t.lost, (unsigned long long)t.unsent);
	return ok;
}

static bool run_rows(struct scene *s)
{
	bool ok = true;

	for (unsigned i = 0; i < s->o->n_rows; i++) {
		const struct row *r = &s->o->row[i];

		ok = (r->trips     ? trip_row(s, r)
			 : s->o->check ? check_row(s, r)
				       : run_row(s, r)) &&
		     ok;
		crowd_turn(&s->crowd, 0);
	}
	return all_well(s) && ok;
}

/* All ESP that has passed, what the clients said and heard themselves included: the gateway has to
 * have counted the same. */
static void say_esp(const struct scene *s)
{
	uint64_t sent = 0, got = 0;

	for (unsigned i = 0; i < s->gateway.n; i++) {
		const struct end *e = &s->gateway.end[i];

		sent += e->tunnel->sequence;
		got += e->tunnel->carried.got + e->opened;
	}
	printf("ESP packets: sent %llu, received %llu\n", (unsigned long long)sent,
	    (unsigned long long)got);
}

int main(int argc, char **argv)
{
	static struct options o;
	static struct scene s;
	bool ok;

	setvbuf(stdout, NULL, _IOLBF, 0);
	options_read(&o, argc, argv);
	stream_init();
	ok = scene_open(&s, &o) && run_rows(&s);
	if (!o.vanish)
		scene_leave(&s);
	if (o.check)
		say_esp(&s);
	scene_close(&s);
	return ok ? 0 : 1;
}
