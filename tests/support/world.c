/* The whole engine in one simulated world; see world.h. */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "tests/support/defaults.h"
#include "tests/support/world_parts.h"

#define LATENCY 1000

static void keepalive(struct env *e, const struct path *path)
{
	struct world *w = container_of(container_of(e, struct sim, env), struct world, sim);

	ck_assert_uint_eq(path->local.port, 4500);
	w->keepalives++;
}

static void keep_line(char *text, size_t size, size_t *len, const char *line)
{
	size_t n = strlen(line);

	if (*len + n + 2 > size)
		return;
	memcpy(text + *len, line, n);
	*len += n;
	text[(*len)++] = '\n';
	text[*len] = '\0';
}

static void log_line(void *owner, unsigned severity, unsigned number, const char *text)
{
	struct world *w = owner;
	char line[1200];

	snprintf(line, sizeof line, "%%ASA-%u-%u: %s", severity, number, text);
	keep_line(w->log, WORLD_LOG, &w->log_len, line);
}

static void trace_line(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	struct world *w = arg;

	(void)cls;
	(void)level;
	keep_line(w->text, WORLD_TEXT, &w->text_len, text);
}

struct world *world_create_workers(uint64_t seed, unsigned workers)
{
	/* Memory that comes with its first use: it has room for far more clients than most need. */
	struct world *w = mmap(
	    NULL, sizeof *w, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct dp_output out = {.wire = world_wire, .tun = world_tun, .arg = w};

	ck_assert_ptr_ne(w, MAP_FAILED);
	sim_init(&w->sim, seed, world_from_server, w);
	w->sim.latency = LATENCY;
	w->sim.env.keepalive = keepalive;
	config_init(&w->config);
	config_defaults(&w->config);
	world_guide(w);
	w->trace = (struct trace){.sink = trace_line, .arg = w};
	log_init(&w->trace.log, log_line, w);
	w->crypto = crypto_create();
	w->crypt = crypt_create(w->crypto, CRYPT_OPENSSL);
	w->aaa = aaa_create(&w->sim.env, w->crypto, NULL, NULL, world_from_aaa, w);
	ck_assert(w->crypto && w->crypt && w->aaa);
	world_user(w, "test");
	w->gw = gateway_create(
	    &w->sim.env, &w->config, &w->trace, w->crypto, &world_gateway_ops, w);
	ck_assert_ptr_nonnull(w->gw);
	w->dp = dp_create_inline_workers(
	    &w->sim.env, w->crypto, &out, &gateway_dp_ops, w->gw, workers);
	ck_assert_ptr_nonnull(w->dp);
	gateway_set_dataplane(w->gw, w->dp);
	return w;
}

struct world *world_create(uint64_t seed)
{
	return world_create_workers(seed, 1);
}

void world_destroy(struct world *w)
{
	for (size_t i = 0; i < w->n_clients; i++)
		client_forget(&w->client[i]);
	gateway_destroy(w->gw);
	dp_destroy(w->dp);
	aaa_destroy(w->aaa);
	crypt_destroy(w->crypt);
	crypto_destroy(w->crypto);
	config_fini(&w->config);
	sim_fini(&w->sim);
	munmap(w, sizeof *w);
}

struct counted {
	struct ipc_msg *last;
	uint32_t records;
};

static void count(void *arg, const struct ipc_msg *m)
{
	struct counted *c = arg;

	if (m->type == MSG_QUERY_END)
		return;
	c->records++;
	if (c->last)
		*c->last = *m;
}

uint32_t world_query(struct world *w, const char *what, struct ipc_msg *last)
{
	struct msg_query q = {.id = 1, .what = what, .filter = "", .value = ""};
	struct counted c = {.last = last};

	gateway_query(w->gw, &q, count, &c);
	return c.records;
}
