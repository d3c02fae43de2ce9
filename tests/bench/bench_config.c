/*
 * The manager's part of a start and of a long configuration, on one core and
 * without the other roles: reading the grammar, making the running database,
 * and 10,000 lines of each family applied as a file is, up to the messages
 * that the engine and the keeper would get; and once more with these encoded,
 * decoded and applied by the engine. Process CPU time, best of a few runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/config/feed.h"
#include "cli/config/hooks.h"
#include "engine/config/config.h"
#include "tests/support/one_crypto.h"

#define LINES 10000
#define RUNS 3

extern const char grammars_all[], grammars_all_end[];

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- a manager without roles ------------------------------------------------ */

struct bench {
	struct gram *gram;
	struct db *db;
	struct feed *feed;
	char dir[64];
	uint32_t id;
	struct config engine; /* its copy */
	bool whole; /* messages are encoded, decoded, and applied by the engine */
};

static void send_message(void *ctx, enum role to, struct ipc_msg *m)
{
	static uint8_t packet[IPC_PACKET_MAX];
	struct bench *b = ctx;
	struct ipc_msg copy;
	size_t len = b->whole ? ipc_encode(m, packet, sizeof packet) : 0;

	if (len && ipc_decode(&copy, packet, len) && to == ROLE_ENGINE)
		config_apply(&b->engine, &copy);
}

static const char *device(void *ctx, const char *hardware)
{
	(void)ctx;
	return hardware;
}

static void changed(void *ctx, const struct db_change *c)
{
	feed_change(((struct bench *)ctx)->feed, c);
}

static void delivered(void *ctx, unsigned n)
{
	struct bench *b = ctx;

	(void)n;
	feed_end(b->feed, b->db);
}

static double open_db(struct bench *b, enum db_opened *opened)
{
	struct db_config config = {.dir = b->dir, .gram = b->gram, .functions = store_functions,
		.tools = one_crypto(), .change = changed, .end = delivered, .ctx = b};
	char error[300];
	double t = cpu_now();

	b->db = db_open(&config, "bench", opened, error, sizeof(error));
	if (!b->db) {
		fprintf(stderr, "%s\n", error);
		exit(1);
	}
	return cpu_now() - t;
}

static void start(struct bench *b)
{
	const struct feed_sink sink = {send_message, device, b, NULL, NULL};

	config_init(&b->engine);
	b->feed = feed_create(&sink, b->gram);
	strcpy(b->dir, "/tmp/gatehouse-bench-XXXXXX");
	if (!mkdtemp(b->dir))
		exit(1);
}

static void stop(struct bench *b)
{
	static const char *const files[] = {"running.db", "running.db-wal", "running.db-shm",
		"secret.key"};
	char path[128];

	db_close(b->db);
	feed_destroy(b->feed);
	config_fini(&b->engine);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "%s/%s", b->dir, files[i]);
		remove(path);
	}
	remove(b->dir);
}

/* ---- the lines ---------------------------------------------------------------- */

static int objects(char *to, size_t size, unsigned i)
{
	return i % 2
		   ? snprintf(to, size, " subnet 10.%u.%u.0 255.255.255.0\n", i / 500, i / 2 % 250)
		   : snprintf(to, size, "object network bench-%u\n", i / 2);
}

static int kept(char *to, size_t size, unsigned i)
{
	return snprintf(to, size, "snmp-server host inside 10.%u.%u.7 community c%u version 2c\n",
	    i / 250, i % 250, i);
}

static int routes(char *to, size_t size, unsigned i)
{
	return snprintf(to, size, "route inside 10.%u.%u.0 255.255.255.0 192.168.1.2 1\n", i / 250,
	    i % 250);
}

static int access(char *to, size_t size, unsigned i)
{
	return snprintf(to, size,
	    "access-list bench extended permit ip 10.%u.%u.0 255.255.255.0 any\n", i / 250,
	    i % 250);
}

static int policies(char *to, size_t size, unsigned i)
{
	switch (i % 4) {
	case 0:
		return snprintf(to, size, "group-policy bench-%u internal\n", i / 4);
	case 1:
		return snprintf(to, size, "group-policy bench-%u attributes\n", i / 4);
	case 2:
		return snprintf(
		    to, size, " dns-server value 10.1.%u.%u\n", i / 1000, i / 4 % 250 + 1);
	default:
		return snprintf(to, size, " vpn-idle-timeout %u\n", i % 1000 + 1);
	}
}

static int users(char *to, size_t size, unsigned i)
{
	return snprintf(
	    to, size, "username bench-%u password AAECAwQFBgcICQoLDA0ODw== nt-encrypted\n", i);
}

static int pools(char *to, size_t size, unsigned i)
{
	return snprintf(to, size, "ip local pool bench-%u 10.%u.%u.1-10.%u.%u.9\n", i, i / 250,
	    i % 250, i / 250, i % 250);
}

static const struct family {
	const char *name;
	int (*line)(char *to, size_t size, unsigned i);
} family[] = {
	{"object network, subnet", objects},
	{"group-policy, attributes", policies},
	{"username", users},
	{"ip local pool", pools},
	{"access-list", access},
	{"route", routes},
	{"snmp-server host (kept, sealed)", kept},
};

static void refused(void *ctx, unsigned number, const char *line, bool is_refused, const char *text)
{
	unsigned *told = ctx;

	if (is_refused && !(*told)++)
		fprintf(stderr, "line %u: %s\n%s", number, line, text);
}

/* What the lines of the families refer to. */
static void prepare(struct bench *b)
{
	static const char text[] = "interface inside\n nameif inside\n"
	    " ip address 192.168.1.1 255.255.255.0\n";

	db_apply(b->db, text, sizeof(text) - 1, 15, 0, NULL);
}

static double apply(struct bench *b, const struct family *f)
{
	char *text = malloc(LINES * 100);
	unsigned told = 0;
	struct db_report report = {.line = refused, .ctx = &told};
	size_t len = 0;
	double t;

	if (!text)
		exit(1);
	for (unsigned i = 0; i < LINES; i++)
		len += (size_t)f->line(text + len, 100, i);
	t = cpu_now();
	db_apply(b->db, text, len, 15, 0, &report);
	t = cpu_now() - t;
	free(text);
	return t;
}

struct best {
	double grammar, fresh, kept;
	double took[sizeof(family) / sizeof(*family)][2]; /* alone; whole */
};

static void less(double *best, double took)
{
	if (!*best || took < *best)
		*best = took;
}

static void one(struct best *best, size_t i, bool whole)
{
	struct bench b = {.whole = whole};
	enum db_opened opened;
	char error[300];
	double t = cpu_now();

	b.gram = gram_read(grammars_all, (size_t)(grammars_all_end - grammars_all), error,
	    sizeof(error));
	less(&best->grammar, cpu_now() - t);
	start(&b);
	less(&best->fresh, open_db(&b, &opened));
	db_close(b.db);
	less(&best->kept, open_db(&b, &opened));
	prepare(&b);
	less(&best->took[i][whole], apply(&b, &family[i]));
	stop(&b);
	gram_free(b.gram);
}

int main(int argc, char **argv)
{
	size_t n = sizeof(family) / sizeof(*family), only = argc > 1 ? (size_t)atoi(argv[1]) : n;
	struct best best = {0};

	for (int run = 0; run < RUNS && (!run || only == n); run++)
		for (size_t i = 0; i < n; i++)
			for (int whole = 0; whole < 2 && (only == n || only == i); whole++)
				one(&best, i, whole);
	printf("%-44s %.1f ms\n", "grammar read", best.grammar);
	printf("%-44s %.1f ms fresh, %.1f ms kept\n", "running database opened", best.fresh,
	    best.kept);
	for (size_t i = 0; i < n; i++)
		if (only == n || only == i)
			printf(
			    "10,000 lines: %-30s %.0f ms, %.0f lines/s (aim 100,000); with what "
			    "the "
			    "engine does of it %.0f lines/s\n",
			    family[i].name, best.took[i][0], LINES * 1e3 / best.took[i][0],
			    LINES * 1e3 / best.took[i][1]);
	return 0;
}
