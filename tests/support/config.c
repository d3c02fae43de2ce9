/* See config.h. */
#include "tests/support/config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/config/hooks.h"
#include "cli/config/names.h"
#include "tests/support/one_crypto.h"

/* Names that examples and random lines may refer to. */
const char config_prelude[] =
    "interface GigabitEthernet0/0\n"
    "nameif outside\n"
    "interface GigabitEthernet0/1\n"
    "nameif inside\n"
    "object network L2TP-Pool\n"
    "host 192.168.1.77\n"
    "object network Server\n"
    "host 10.1.1.77\n"
    "access-list SPLIT standard permit 10.1.1.0 255.255.255.0\n"
    "access-list outside_in extended permit tcp any host 10.1.1.77 eq www\n"
    "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA esp-3des esp-sha-hmac\n"
    "crypto dynamic-map outside_dyn_map 10 set ikev1 transform-set TRANS-ESP-3DES-SHA\n"
    "crypto map outside_map 65535 ipsec-isakmp dynamic outside_dyn_map\n"
    "ip local pool Address-pool 192.168.1.1-192.168.1.254 mask 255.255.255.0\n"
    "aaa-server RAD protocol radius\n"
    "aaa-server TAC protocol tacacs+\n"
    "logging list mylist level errors\n"
    "group-policy L2TP-VPN internal\n";

extern const char grammars_all[], grammars_all_end[];

static void add(void *ctx, const char *text, size_t len)
{
	text_addn(ctx, text, len);
}

static void none_changed(void *ctx, const struct db_change *c)
{
	(void)ctx;
	(void)c;
}

static void none_ended(void *ctx, unsigned changes)
{
	(void)ctx;
	(void)changes;
}

/* Of the one configuration that is open. */
static struct names shown;
static struct db *open_db;

static const char *name_of(void *ctx, const struct gram_table *t, const char *address)
{
	(void)ctx;
	return names_of(&shown, t, address);
}

static bool expand(void *ctx, const char *line, char *to, size_t size)
{
	(void)ctx;
	return names_expand(open_db, line, to, size);
}

void config_open(struct config_test *t)
{
	struct db_config config = { .dir = t->dir, .functions = store_functions,
		.expand = expand, .name_of = name_of,
		.change = t->change ? t->change : none_changed, .end = t->end ? t->end : none_ended,
		.ctx = t->ctx };
	enum db_opened opened;
	char error[256] = "";

	config.tools = one_crypto();
	strcpy(t->dir, "/tmp/gatehouse-test-XXXXXX");
	t->gram = gram_read(grammars_all, (size_t)(grammars_all_end - grammars_all), error,
	    sizeof error);
	if (t->gram && mkdtemp(t->dir)) {
		config.gram = t->gram;
		t->db = db_open(&config, "test", &opened, error, sizeof error);
	}
	if (!t->db) {
		fprintf(stderr, "%s\n", error);
		exit(EXIT_FAILURE);
	}
	open_db = t->db;
	parse_state_init(&t->state, t->gram, true);
}

void config_close(struct config_test *t)
{
	char command[128];

	names_free(&shown);
	db_close(t->db);
	gram_free(t->gram);
	text_free(&t->out);
	snprintf(command, sizeof command, "rm -rf '%s'", t->dir);
	if (system(command) != 0) /* no ck_assert: a fuzzer closes it, too */
		fprintf(stderr, "%s stays\n", t->dir);
}

void config_reset(struct config_test *t)
{
	db_clear(t->db);
	parse_state_init(&t->state, t->gram, true);
}

enum db_status config_line(struct config_test *t, const char *line)
{
	struct gram_out out = { add, &t->out };
	enum db_status s;

	text_clear(&t->out);
	s = db_line(t->db, &t->state, 15, line, 0, &t->match, &out);
	gram_match_done(&t->match);
	return s;
}

void config_paste(struct config_test *t, const char *text)
{
	char line[GRAM_LINE_MAX];

	while (*text) {
		size_t n = strcspn(text, "\n");

		ck_assert_uint_lt(n, sizeof line);
		memcpy(line, text, n);
		line[n] = 0;
		text += n + (text[n] == '\n');
		ck_assert_msg(config_line(t, line) == DB_OK && !strstr(text_str(&t->out), "ERROR"),
		    "%s\n%s", line, text_str(&t->out));
	}
}

const char *config_show(struct config_test *t, unsigned flags, const char *section)
{
	struct gram_out out = { add, &t->out };
	char line[GRAM_LINE_MAX];

	names_read(&shown, t->db);
	text_clear(&t->out);
	if (!*section) {
		db_render(t->db, flags, NULL, &out);
		return text_str(&t->out);
	}
	snprintf(line, sizeof line, "show running-config %s", section);
	gram_match(t->gram, &t->state, 15, line, &t->match);
	ck_assert_msg(
	    t->match.status == GRAM_OK, "%s: %d at %u", line, t->match.status, t->match.caret);
	db_render(t->db, flags, &t->match, &out);
	gram_match_done(&t->match);
	return text_str(&t->out);
}

static void report_line(
    void *ctx, unsigned number, const char *line, bool refused, const char *text)
{
	struct config_test *t = ctx;

	if (refused && !t->out.len)
		text_addf(&t->out, "%u: %s\n%s", number, line, text);
}

unsigned config_load(struct config_test *t, const char *text)
{
	struct db_report report = { .line = report_line, .ctx = t };

	config_reset(t);
	text_clear(&t->out);
	return (unsigned)db_apply(t->db, text, strlen(text), 15, DB_APPLY_WHOLE, &report);
}

char *config_file(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n, size = 1 << 20;
	char *text = malloc(size);

	ck_assert_msg(f != NULL && text != NULL, "%s", path);
	n = fread(text, 1, size - 1, f);
	text[n] = 0;
	fclose(f);
	return text;
}
