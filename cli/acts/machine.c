/* What the machine is and does: version, uptime, inventory, processors, memory, processes,
 * sockets. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/interfaces.h"
#include "cli/acts/names.h"
#include "cli/show/machine.h"
#include "engine/base/version.h"

/* ---- what it is --------------------------------------------------------------------- */

/* "Tue 20-Aug-19 12:46 UTC" of the compiler's __DATE__ and __TIME__. */
static void compiled(char *to, size_t size)
{
	struct tm tm = {0};
	time_t t;

	to[0] = 0;
	if (!strptime(__DATE__ " " __TIME__, "%b %d %Y %H:%M:%S", &tm))
		return;
	t = timegm(&tm);
	gmtime_r(&t, &tm);
	strftime(to, size, "%a %d-%b-%y %H:%M UTC", &tm);
}

static uint64_t uptime(const struct manager *m)
{
	return (uv_hrtime() - m->started) / 1000000000;
}

static void describe(struct act *a, void (*format)(struct text *, const struct show_version_info *))
{
	struct manager *m = a->manager;
	struct interfaces *l = interfaces_collect(a);
	char when[40];
	struct show_version_info v = {
	    .product = "Gatehouse " GATEHOUSE_VERSION,
	    .version = GATEHOUSE_VERSION,
	    .language = DEVICE_VERSION,
	    .compiled = when,
	    .hostname = m->running.delivery.own.hostname,
	    .hardware = DEVICE_HARDWARE,
	    .config_file = m->running.file,
	    .uptime = uptime(m),
	    .memory_mb = m->machine.memory_mb,
	    .capacity = DEVICE_CAPACITY,
	    .cpu = m->machine.cpu,
	    .serial = m->machine.serial,
	    .link = l->v,
	    .links = l->n,
	    .modified = m->running.settle.modified[0] ? m->running.settle.modified : NULL,
	};

	compiled(when, sizeof(when));
	format(&a->out, &v);
	free(l);
	act_done(a);
}

static void act_show_version(struct act *a)
{
	describe(a, show_version);
}

static void act_show_inventory(struct act *a)
{
	describe(a, show_inventory);
}

static void act_show_uptime(struct act *a)
{
	act_say(a, "%s up ", a->manager->running.delivery.own.hostname);
	show_uptime(&a->out, uptime(a->manager));
	act_say(a, "\n");
	act_done(a);
}

static void act_show_firewall(struct act *a)
{
	act_say(a, "Firewall mode: Router\n");
	act_done(a);
}

static void act_show_mode(struct act *a)
{
	act_say(a, "Security context mode: single\n");
	act_done(a);
}

static void act_show_failover(struct act *a)
{
	act_say(a, "Failover Off \n");
	act_done(a);
}

/* ---- what it does -------------------------------------------------------------------- */

static void cpu_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_system *rec;
	size_t n;

	if (!act_keeper_failed(a, r)) {
		rec = answer_records(r, MSG_REC_SYSTEM, sizeof(*rec), &n);
		if (n)
			show_cpu(&a->out, rec);
		free(rec);
	}
	act_done(a);
}

static void act_show_cpu(struct act *a)
{
	act_query(a, ROLE_KEEPER, "system", NULL, NULL, cpu_shown);
}

static int by_use(const void *a, const void *b)
{
	const struct msg_rec_process *x = a, *y = b;

	return (x->cpu_5s < y->cpu_5s) - (x->cpu_5s > y->cpu_5s);
}

static void processes_shown(struct act *a, const struct answer *r)
{
	enum show_processes_form form = gram_typed(&a->match, "cpu-usage") ? SHOW_PROCESSES_CPU
					: gram_typed(&a->match, "memory")  ? SHOW_PROCESSES_MEMORY
									   : SHOW_PROCESSES;
	struct msg_rec_process *rec;
	size_t n;

	if (!act_keeper_failed(a, r)) {
		rec = answer_records(r, MSG_REC_PROCESS, sizeof(*rec), &n);
		if (gram_typed(&a->match, "sorted") && n)
			qsort(rec, n, sizeof(*rec), by_use);
		for (size_t i = n; gram_typed(&a->match, "non-zero") && i-- > 0;)
			if (!rec[i].cpu_5s && !rec[i].cpu_1m && !rec[i].cpu_5m)
				rec[i] = rec[--n];
		show_processes(&a->out, rec, n, form);
		free(rec);
	}
	act_done(a);
}

static void act_show_processes(struct act *a)
{
	act_query(a, ROLE_KEEPER, "processes", NULL, NULL, processes_shown);
}

static void memory_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_system *rec;
	size_t n;

	if (act_keeper_failed(a, r)) {
		act_done(a);
		return;
	}
	rec = answer_records(r, MSG_REC_SYSTEM, sizeof(*rec), &n);
	if (n)
		show_memory(&a->out, rec);
	free(rec);
	if (gram_typed(&a->match, "detail")) {
		act_say(a, "\n");
		act_query(a, ROLE_KEEPER, "processes", NULL, NULL, processes_shown);
	} else {
		act_done(a);
	}
}

static void act_show_memory(struct act *a)
{
	act_query(a, ROLE_KEEPER, "system", NULL, NULL, memory_shown);
}

static void sockets_shown(struct act *a, const struct answer *r)
{
	bool all = gram_typed(&a->match, "socket");
	struct msg_rec_socket *rec;
	size_t n;

	if (!act_keeper_failed(a, r)) {
		rec = answer_records(r, MSG_REC_SOCKET, sizeof(*rec), &n);
		show_sockets(&a->out, rec, n,
		    all				   ? 0
		    : gram_typed(&a->match, "tcp") ? IPPROTO_TCP
						   : IPPROTO_UDP,
		    !all);
		free(rec);
	}
	act_done(a);
}

static void act_show_sockets(struct act *a)
{
	act_query(a, ROLE_KEEPER, "sockets", NULL, NULL, sockets_shown);
}

const struct act_row acts_machine[] = {
    ACT(show_version),
    ACT(show_inventory),
    LIVE_ACT(show_uptime),
    LIVE_ACT(show_firewall),
    LIVE_ACT(show_mode),
    LIVE_ACT(show_failover),
    LIVE_ACT(show_cpu),
    LIVE_ACT(show_processes),
    LIVE_ACT(show_memory),
    LIVE_ACT(show_sockets),
    ACTS_END,
};
