/* Readers and fillers of the queries about links, neighbours, the machine, our processes, sockets,
 * NAT rules and connections; and what clears their counters. */
#include "engine/keeper/record_kinds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/keeper/access_hits.h"
#include "engine/keeper/private.h"

/* ---- links ---------------------------------------------------------------------- */

int record_links(struct keeper *k, struct record_table *t)
{
	struct link_stats *v = NULL;
	int error = link_stats_read(k->nl, &v, &t->n);

	for (size_t i = 0; !error && i < t->n; i++)
		samples_since_clear(k->samples, &v[i]);
	t->v = v;
	return error;
}

static uint64_t rate(
    const struct keeper *k, const struct link_stats *s, enum link_counter c, enum sample_span span)
{
	return samples_rate(k->samples, s->ifindex, c, span);
}

void record_link(const struct keeper *k, const void *entry, struct ipc_msg *m)
{
	const struct link_stats *s = entry;
	static struct link_hardware hw; /* its driver's name is in the message until that is sent */
	const uint64_t *c = s->count;

	link_hardware_read(s->name, &hw);
	m->type = MSG_REC_LINK;
	m->rec_link = (struct msg_rec_link){.device = s->name,
	    .driver = hw.driver,
	    .speed = hw.speed,
	    .duplex = hw.duplex,
	    .in_packets = c[LINK_IN_PACKETS],
	    .in_bytes = c[LINK_IN_BYTES],
	    .in_errors = c[LINK_IN_ERRORS],
	    .in_dropped = c[LINK_IN_DROPPED],
	    .multicast = c[LINK_MULTICAST],
	    .in_crc = c[LINK_IN_CRC],
	    .in_frame = c[LINK_IN_FRAME],
	    .in_overrun = c[LINK_IN_OVERRUN],
	    .in_length = c[LINK_IN_LENGTH],
	    .out_packets = c[LINK_OUT_PACKETS],
	    .out_bytes = c[LINK_OUT_BYTES],
	    .out_errors = c[LINK_OUT_ERRORS],
	    .out_dropped = c[LINK_OUT_DROPPED],
	    .collisions = c[LINK_COLLISIONS],
	    .out_underruns = c[LINK_OUT_UNDERRUNS],
	    .in_packets_1 = rate(k, s, LINK_IN_PACKETS, SPAN_1_MINUTE),
	    .in_bytes_1 = rate(k, s, LINK_IN_BYTES, SPAN_1_MINUTE),
	    .out_packets_1 = rate(k, s, LINK_OUT_PACKETS, SPAN_1_MINUTE),
	    .out_bytes_1 = rate(k, s, LINK_OUT_BYTES, SPAN_1_MINUTE),
	    .dropped_1 = rate(k, s, LINK_IN_DROPPED, SPAN_1_MINUTE),
	    .in_packets_5 = rate(k, s, LINK_IN_PACKETS, SPAN_5_MINUTES),
	    .in_bytes_5 = rate(k, s, LINK_IN_BYTES, SPAN_5_MINUTES),
	    .out_packets_5 = rate(k, s, LINK_OUT_PACKETS, SPAN_5_MINUTES),
	    .out_bytes_5 = rate(k, s, LINK_OUT_BYTES, SPAN_5_MINUTES),
	    .dropped_5 = rate(k, s, LINK_IN_DROPPED, SPAN_5_MINUTES),
	    .counted_for = samples_counted_for(k->samples, s->ifindex)};
}

/* ---- neighbours ------------------------------------------------------------------ */

int record_neighbours(struct keeper *k, struct record_table *t)
{
	struct neighbour *v = NULL;
	int error = neighbours_read(k->nl, k->links, k->n_links, &v, &t->n);

	t->v = v;
	return error;
}

void record_neighbour(const struct keeper *k, const void *entry, struct ipc_msg *m)
{
	const struct neighbour *e = entry;

	(void)k;
	m->type = MSG_REC_NEIGHBOUR;
	m->rec_neighbour = (struct msg_rec_neighbour){.device = e->device,
	    .address = e->address,
	    .mac = e->mac,
	    .age = e->age,
	    .permanent = e->permanent};
}

/* ---- the machine and our processes ------------------------------------------------- */

int record_machine(struct keeper *k, struct record_table *t)
{
	(void)k;
	t->n = 1;
	t->v = calloc(1, 1);
	return t->v ? 0 : ENOMEM;
}

void record_system(const struct keeper *k, const void *entry, struct ipc_msg *m)
{
	struct msg_rec_system *s = &m->rec_system;
	struct proc_memory memory = {0};
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	(void)entry;
	(void)proc_memory(&memory);
	m->type = MSG_REC_SYSTEM;
	*s = (struct msg_rec_system){.cpu_5s = samples_cpu(k->samples, SPAN_5_SECONDS),
	    .cpu_1m = samples_cpu(k->samples, SPAN_1_MINUTE),
	    .cpu_5m = samples_cpu(k->samples, SPAN_5_MINUTES),
	    .processors = processors > 0 ? (uint32_t)processors : 1,
	    .memory = memory.total,
	    .memory_free = memory.free,
	    .memory_available = memory.available};
	(void)proc_tracked(&s->tracked, &s->tracked_max);
	s->tracked_peak = samples_most_tracked(k->samples);
	if (s->tracked_peak < s->tracked)
		s->tracked_peak = s->tracked;
}

static int pid_of(const struct keeper *k, enum role role)
{
	return role == ROLE_KEEPER ? getpid() : supervisor_pid(k->roles, role);
}

void keeper_sample(struct keeper *k)
{
	int pid[ROLE_COUNT];

	for (enum role r = 0; r < ROLE_COUNT; r++)
		pid[r] = pid_of(k, r);
	samples_take(k->samples, k->nl, pid);
}

int record_roles(struct keeper *k, struct record_table *t)
{
	enum role *v = calloc(ROLE_COUNT, sizeof *v);

	t->v = v;
	for (enum role r = 0; v && r < ROLE_COUNT; r++)
		if (pid_of(k, r))
			v[t->n++] = r;
	return v ? 0 : ENOMEM;
}

void record_process(const struct keeper *k, const void *entry, struct ipc_msg *m)
{
	static const char *const name[ROLE_COUNT] = {[ROLE_KEEPER] = "keeper",
	    [ROLE_MANAGER] = "manager", [ROLE_ENGINE] = "engine", [ROLE_AAA] = "aaa",
	    [ROLE_SSH] = "ssh"};
	enum role role = *(const enum role *)entry;
	struct proc_task task = {0};
	int pid = pid_of(k, role);
	long hertz = sysconf(_SC_CLK_TCK);

	(void)proc_task(pid, &task);
	m->type = MSG_REC_PROCESS;
	m->rec_process = (struct msg_rec_process){.name = name[role],
	    .pid = (uint32_t)pid,
	    .runtime_ms = hertz > 0 ? task.ticks * 1000 / (uint64_t)hertz : 0,
	    .resident = task.resident,
	    .cpu_5s = samples_role(k->samples, role, SPAN_5_SECONDS),
	    .cpu_1m = samples_role(k->samples, role, SPAN_1_MINUTE),
	    .cpu_5m = samples_role(k->samples, role, SPAN_5_MINUTES)};
}

/* ---- sockets, NAT, connections ------------------------------------------------------- */

int record_sockets(struct keeper *k, struct record_table *t)
{
	struct proc_socket *v = NULL;
	int error = proc_sockets(&v, &t->n);

	(void)k;
	t->v = v;
	return error;
}

void record_socket(const struct keeper *k, const void *entry, struct ipc_msg *m)
{
	const struct proc_socket *s = entry;

	(void)k;
	m->type = MSG_REC_SOCKET;
	m->rec_socket = (struct msg_rec_socket){.protocol = s->protocol,
	    .state = s->state,
	    .local = s->local.addr,
	    .local_port = s->local.port,
	    .remote = s->remote.addr,
	    .remote_port = s->remote.port,
	    .inode = s->inode};
}

int record_nat(struct keeper *k, struct record_table *t)
{
	int error = k->nft ? nat_hits_read(&k->nat_hits, k->nft) : 0;

	t->n = k->nat_hits.n;
	t->v = calloc(t->n + 1, sizeof(struct nat_hit));
	if (!t->v)
		return ENOMEM;
	if (t->n)
		memcpy(t->v, k->nat_hits.v, t->n * sizeof(struct nat_hit));
	return error;
}

void record_nat_hit(const struct keeper *k, const void *entry, struct ipc_msg *m)
{
	const struct nat_hit *h = entry;

	(void)k;
	m->type = MSG_REC_NAT_HITS;
	m->rec_nat_hits = (struct msg_rec_nat_hits){
	    .line = h->line, .translated = h->translated, .untranslated = h->untranslated};
}

int record_access(struct keeper *k, struct record_table *t)
{
	int error = k->nft ? access_hits_read(&k->objects.table, k->nft) : 0;

	t->v = access_hits_table(&k->objects.table, &t->n);
	return t->v ? error : ENOMEM;
}

void record_access_hit(const struct keeper *k, const void *entry, struct ipc_msg *m)
{
	const struct access_hit *h = entry;

	(void)k;
	m->type = MSG_REC_ACCESS_HITS;
	m->rec_access_hits = (struct msg_rec_access_hits){
	    .name = h->list, .hash = h->hash, .hits = h->hits, .last = h->last};
}

int record_tracked(struct keeper *k, struct record_table *t)
{
	struct tracked *v = NULL;
	int error = conntrack_read(&v, &t->n);

	tracking_waits_read(&k->waits);
	t->v = v;
	return error;
}

static uint32_t age_of(const struct tracked *c)
{
	struct timespec now;
	uint64_t since = c->since / 1000000000;

	if (!since || clock_gettime(CLOCK_REALTIME, &now) != 0 || (uint64_t)now.tv_sec < since)
		return 0;
	return (uint32_t)((uint64_t)now.tv_sec - since);
}

void record_connection(const struct keeper *k, const void *entry, struct ipc_msg *m)
{
	const struct tracked *c = entry;
	uint32_t wait = tracking_wait(&k->waits, c->protocol, c->state, c->answered);

	m->type = MSG_REC_CONNECTION;
	m->rec_connection = (struct msg_rec_connection){.protocol = c->protocol,
	    .source = c->there.local.addr,
	    .source_port = c->there.local.port,
	    .dest = c->there.remote.addr,
	    .dest_port = c->there.remote.port,
	    .back_source = c->back.local.addr,
	    .back_source_port = c->back.local.port,
	    .back_dest = c->back.remote.addr,
	    .back_dest_port = c->back.remote.port,
	    .idle = wait > c->timeout ? wait - c->timeout : 0,
	    .timeout = wait > c->timeout ? wait : c->timeout,
	    .age = age_of(c),
	    .sent_packets = c->sent.packets,
	    .sent_bytes = c->sent.bytes,
	    .got_packets = c->got.packets,
	    .got_bytes = c->got.bytes,
	    .state = c->state};
}

/* ---- cleared --------------------------------------------------------------------------- */

static int clear_links(struct keeper *k, uint32_t ifindex)
{
	struct link_stats *v = NULL;
	size_t n = 0;
	int error = link_stats_read(k->nl, &v, &n);

	if (!error)
		samples_clear_link(k->samples, v, n, ifindex);
	free(v);
	return error;
}

int record_clear(struct keeper *k, const char *what, const char *device)
{
	uint32_t ifindex = 0;
	int error;

	if (!strcmp(what, "access-list")) {
		error = k->nft ? access_hits_read(&k->objects.table, k->nft) : 0;
		access_hits_clear(&k->objects.table, device);
		return error;
	}
	for (size_t i = 0; *device && i < k->n_links; i++)
		if (!strcmp(k->links[i].name, device))
			ifindex = k->links[i].ifindex;
	if (*device && !ifindex)
		return ENODEV;
	if (!strcmp(what, "interface"))
		return clear_links(k, ifindex);
	if (!strcmp(what, "arp"))
		return neighbours_clear(k->nl, k->links, k->n_links, ifindex);
	error = k->nft ? nat_hits_read(&k->nat_hits, k->nft) : 0;
	nat_hits_clear(&k->nat_hits);
	return error;
}
