/* Who takes part; see scene.h. */
#include "tests/load/scene.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define NS_PER_US 1000
#define FEW 50
#define REST (4 * SEC) /* until what a burst has used was given back */

static bool failed(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	return false;
}

/* ---- the usual server and its clients --------------------------------------------- */

/* Both sides of an SA pair: the server's, and the client's for his end. */
static struct child make_child(struct child *server, const struct options *o, unsigned i)
{
	struct child c = {.cipher = o->cipher, .auth = HASH_SHA1, .transport = true,
	    .udp_encap = o->client.nat, .spi_in = USUAL_SPI_OUT + i, .spi_out = USUAL_SPI_IN + i};

	(void)!getrandom(c.enc_in, sizeof c.enc_in, 0);
	(void)!getrandom(c.enc_out, sizeof c.enc_out, 0);
	(void)!getrandom(c.auth_in, sizeof c.auth_in, 0);
	(void)!getrandom(c.auth_out, sizeof c.auth_out, 0);
	*server = c;
	server->spi_in = c.spi_out;
	server->spi_out = c.spi_in;
	memcpy(server->enc_in, c.enc_out, sizeof c.enc_out);
	memcpy(server->enc_out, c.enc_in, sizeof c.enc_in);
	memcpy(server->auth_in, c.auth_out, sizeof c.auth_out);
	memcpy(server->auth_out, c.auth_in, sizeof c.auth_in);
	return c;
}

/* A socket as a client's own: connected, so that it hears nobody else. */
static int connected(const struct options *o, unsigned i, struct sockaddr_in *local)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_addr.s_addr = o->usual_server.v4,
	    .sin_port = htons(o->client.nat ? 4500 : 0)};
	socklen_t len = sizeof *local;
	int fd = o->client.nat ? socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)
			       : socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ESP);

	*local = (struct sockaddr_in){.sin_family = AF_INET};
	if (!o->client.nat)
		local->sin_addr.s_addr = htonl(addr_to_v4(&o->client.source) + i);
	if (fd >= 0 && bind(fd, (struct sockaddr *)local, sizeof *local) == 0 &&
	    connect(fd, (struct sockaddr *)&to, sizeof to) == 0 &&
	    getsockname(fd, (struct sockaddr *)local, &len) == 0)
		return fd;
	return -1;
}

static bool usual_end(struct scene *s, unsigned i)
{
	struct child c = make_child(&s->user[i].child, s->o, i);
	uint32_t host = 0x0a0a0a0a, user = USUAL_USERS + i;
	struct end *e = &s->end[i];

	*e = (struct end){.tunnel = &s->tunnel[i],
	    .fd = connected(s->o, i, &s->user[i].remote),
	    .udp = s->o->client.nat,
	    .tunnel_id = 1,
	    .session_id = 1,
	    .up = {.from = user, .to = host, .from_port = 20000, .to_port = 9},
	    .down = {.from = host, .to = user, .from_port = 9, .to_port = 20000}};
	return e->fd >= 0 && tunnel_init(e->tunnel, s->crypt, &c) && end_prepare(e);
}

static bool open_usual(struct scene *s)
{
	const struct options *o = s->o;
	unsigned n = s->gateway.n < USUAL_MOST ? s->gateway.n : USUAL_MOST;

	s->usual = (struct gateway){.end = s->end, .n = n, .bench = s->bench};
	for (unsigned i = 0; i < n; i++)
		if (!usual_end(s, i))
			return failed("a client of the usual server");
	s->usual_pid = usual_start(o->usual, "usual", s->user, n);
	if (s->usual_pid < 0 || !host_open(&s->usual.host, o->usual, "hosts") ||
	    !gateway_watch(&s->usual))
		return failed("the usual server");
	meter_open(&s->usual.meter, s->usual_pid);
	return true;
}

/* ---- the gateway and its clients ---------------------------------------------------- */

/* What each role has used since, by `unit`, for each of `n`; returns the sum in that unit. */
static uint64_t say_used(const struct roles *r, uint64_t (*now)(pid_t), const uint64_t *before,
    uint64_t unit, char *text, size_t size)
{
	uint64_t all = 0;
	size_t len = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < r->n && len < size; i++) {
		int64_t used = (int64_t)(now(r->role[i].pid) - before[i]);

		len += (size_t)snprintf(text + len, size - len, " %s %lld", r->role[i].name,
		    (long long)(used / (int64_t)unit));
		all += (uint64_t)used;
	}
	return all / unit;
}

static void say_connected(const struct roles *r, const uint64_t *cpu, unsigned n, double seconds)
{
	char text[160], what[64];
	uint64_t all = say_used(r, role_cpu, cpu, (uint64_t)NS_PER_US * n, text, sizeof text);

	snprintf(what, sizeof what, "%u connected in %.1f s, CPU each", n, seconds);
	printf("%-46s %6llu us %26s us:%s\n", what, (unsigned long long)all, "", text);
}

static void say_memory(struct scene *s, const struct roles *r, const uint64_t *kb, unsigned n)
{
	uint64_t until = crowd_now() + REST, all;
	char text[160];

	while (crowd_now() < until)
		crowd_turn(&s->crowd, 10);
	all = say_used(r, role_memory, kb, 1, text, sizeof text);
	printf("%-46s %6llu bytes %23s kB:%s\n", "memory a session, all roles",
	    (unsigned long long)(all * 1024 / n), "", text);
}

static double seconds_since(uint64_t start)
{
	return (double)(crowd_now() - start) / (double)SEC;
}

static bool connect_all(struct scene *s, struct roles *r)
{
	uint64_t cpu[ROLES_MAX], kb[ROLES_MAX], start;
	unsigned up;

	if (!roles_find(r, s->o->appliance))
		return failed("no appliance");
	for (unsigned i = 0; i < r->n; i++) {
		cpu[i] = role_cpu(r->role[i].pid);
		kb[i] = role_memory(r->role[i].pid);
	}
	start = crowd_now();
	up = crowd_connect(&s->crowd, s->o->at_a_time);
	if (up >= FEW) { /* one connection more is lost in what the roles do besides */
		say_connected(r, cpu, up, seconds_since(start));
		say_memory(s, r, kb, up);
	}
	if (up == s->o->clients)
		return true;
	fprintf(stderr, "load: %u of %u clients are up\n", up, s->o->clients);
	return false;
}

static bool open_gateway(struct scene *s)
{
	struct roles r;

	if (!crowd_create(&s->crowd, s->crypto, s->crypt, &s->o->client, s->o->clients,
		s->o->client.nat ? s->o->addresses : 1, s->o->cipher))
		return failed("clients");
	s->gateway = (struct gateway){.end = s->crowd.end, .bench = s->bench};
	if (!host_open(&s->gateway.host, s->o->netns, "hosts"))
		return failed("the device `hosts`");
	if (!connect_all(s, &r))
		return false;
	s->gateway.n = s->o->clients;
	meter_open(&s->gateway.meter, roles_pid(&r, "engine"));
	return gateway_watch(&s->gateway) || failed("too many sockets");
}

/* What was wrong with the first packets, for whoever looks for the reason. */
static bool not_warm(const struct gateway *g, const char *who)
{
	struct faults f = gateway_faults(g);

	fprintf(stderr,
	    "load: %s: first packets were lost, or no thread has carried them; damaged %llu, out "
	    "of order %llu\n",
	    who, (unsigned long long)f.damaged, (unsigned long long)f.disordered);
	return false;
}

static bool warm(struct scene *s)
{
	struct plan p = {.shape = {.len = 1000}, .up = true, .down = true, .window = 128, .run = 1};

	if (!measure_warm(&s->gateway, &p, s->o->gateway_core))
		return not_warm(&s->gateway, "the gateway");
	return !s->usual_pid || measure_warm(&s->usual, &p, s->o->gateway_core) ||
	       not_warm(&s->usual, "the usual server");
}

bool scene_open(struct scene *s, const struct options *o)
{
	cpu_set_t set;

	s->o = o;
	s->crypto = crypto_create();
	s->crypt = s->crypto ? crypt_create(s->crypto, CRYPT_MEASURED) : NULL;
	s->bench = s->crypt ? end_bench_create(s->crypt) : NULL;
	if (!s->bench)
		return failed("crypto");
	CPU_ZERO(&set);
	CPU_SET((unsigned)(o->core < 0 ? 0 : o->core), &set);
	if (o->core >= 0 && (sched_setaffinity(0, sizeof set, &set) ||
				setpriority(PRIO_PROCESS, 0, METER_NICE)))
		return failed("that core");
	return open_gateway(s) && (!o->usual || open_usual(s)) && warm(s);
}

void scene_leave(struct scene *s)
{
	crowd_leave(&s->crowd);
}

void scene_close(struct scene *s)
{
	if (s->usual_pid > 0) {
		kill(s->usual_pid, SIGKILL);
		waitpid(s->usual_pid, NULL, 0);
	}
	crowd_destroy(&s->crowd);
	for (unsigned i = 0; i < USUAL_MOST; i++)
		tunnel_fini(&s->tunnel[i]);
	end_bench_destroy(s->bench);
	crypt_destroy(s->crypt);
	crypto_destroy(s->crypto);
}
