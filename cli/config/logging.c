/* What the tables of `logging` hold, read whole into struct log_settings; nothing is kept here. */
#include "cli/config/logging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct logging_destination logging_destinations[] = {
	{"console", DEST_CONSOLE}, {"monitor", DEST_MONITOR}, {"buffered", DEST_BUFFER},
	{"trap", DEST_TRAP}, {"asdm", DEST_ASDM}, {NULL, DEST_COUNT},
};

#define QUEUE_MAX 8192 /* what `logging queue 0` stands for */

struct reading {
	struct db *db;
	struct log_settings *s;
	bool failed;
};

bool logging_concerns(const struct db_change *c)
{
	return strncmp(c->table->name, "logging", strlen("logging")) == 0 ||
	    strcmp(c->table->name, "interface") == 0 || strcmp(c->table->name, "system") == 0;
}

bool logging_numbers(const char *text, uint32_t *first, uint32_t *last)
{
	unsigned a, b;
	char more;
	int n = sscanf(text, "%6u-%6u%c", &a, &b, &more);

	if (n == 1 && strspn(text, "0123456789") == strlen(text))
		b = a;
	else if (n != 2)
		return false;
	*first = a;
	*last = b;
	return a >= 100000 && b <= 999999 && a <= b;
}

bool logging_port(const char *text, bool *tcp, uint16_t *port)
{
	static const struct {
		const char *word;
		bool tcp;
	} protocols[] = {{"udp/", false}, {"17/", false}, {"tcp/", true}, {"6/", true}};
	char *end;

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		size_t n = strlen(protocols[i].word);
		unsigned long v;

		if (strncmp(text, protocols[i].word, n) != 0)
			continue;
		v = strtoul(text + n, &end, 10);
		*tcp = protocols[i].tcp;
		*port = (uint16_t)v;
		return strspn(text + n, "0123456789") > 0 && !*end && v > 0 && v <= UINT16_MAX;
	}
	return false;
}

static void copy(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

/* ---- the row of single settings --------------------------------------------- */

static void read_filter(struct log_filter *f, const char *text)
{
	int level = log_level(text);

	if (!text)
		return;
	f->level = (int8_t)(level == LEVEL_UNSET ? LEVEL_OFF : level);
	copy(f->list, sizeof(f->list), level == LEVEL_UNSET ? text : "");
}

struct address {
	char text[20];
};

static void address_of(void *ctx, const struct db_row *row)
{
	copy(((struct address *)ctx)->text, sizeof(((struct address *)ctx)->text),
	    db_text(row, "address"));
}

static void read_device(struct reading *r, const struct db_row *row)
{
	static const char *const nameif[] = {"nameif"};
	const char *kind = db_text(row, "device"), *ifname = db_text(row, "device_if");
	struct log_settings *s = r->s;
	struct address a = {""};

	if (!kind)
		return;
	if (strcmp(kind, "hostname") == 0) {
		if (!db_get(r->db, "system", "hostname", NULL, 0, s->device, sizeof(s->device)))
			copy(s->device, sizeof(s->device), "ciscoasa");
		snprintf(s->device_text, sizeof(s->device_text), "hostname \"%.63s\"", s->device);
	} else if (strcmp(kind, "string") == 0) {
		copy(s->device, sizeof(s->device), db_text(row, "device_text"));
		snprintf(s->device_text, sizeof(s->device_text), "string \"%.63s\"", s->device);
	} else if (ifname) {
		db_where(r->db, db_table(r->db, "interface"), nameif, &ifname, 1, address_of, &a);
		copy(s->device, sizeof(s->device), a.text);
		snprintf(s->device_text, sizeof(s->device_text),
		    "'%.48s' interface IP address \"%s\"", ifname, a.text);
	}
}

static void single(void *ctx, const struct db_row *row)
{
	struct reading *r = ctx;
	struct log_settings *s = r->s;

	s->enabled = db_bool(row, "enable");
	s->standby = db_bool(row, "standby");
	s->timestamp = db_bool(row, "timestamp");
	s->rfc5424 = db_bool(row, "rfc5424");
	s->emblem = db_bool(row, "emblem");
	s->hide = db_bool(row, "hide");
	s->debug_trace = db_bool(row, "debug_trace");
	s->permit_hostdown = db_bool(row, "hostdown");
	s->buffer_size = (unsigned)db_int(row, "buffer_size", s->buffer_size);
	s->asdm_size = (unsigned)db_int(row, "asdm_size", s->asdm_size);
	s->queue = (unsigned)db_int(row, "queue", s->queue);
	s->queue = s->queue ? s->queue : QUEUE_MAX;
	s->facility = (unsigned)db_int(row, "facility", s->facility);
	for (const struct logging_destination *d = logging_destinations; d->column; d++)
		read_filter(&s->to[d->dest], db_text(row, d->column));
	read_device(r, row);
}

/* ---- rows of the other tables ------------------------------------------------- */

static void list(void *ctx, const struct db_row *row)
{
	struct reading *r = ctx;
	const char *numbers = db_text(row, "messages");
	struct log_item i = {.level = (int8_t)log_level(db_text(row, "level")),
	    .of_class = (int8_t)log_class(db_text(row, "class"))};

	copy(i.list, sizeof(i.list), db_text(row, "name"));
	if (numbers && *numbers && !logging_numbers(numbers, &i.first, &i.last))
		return;
	r->failed |= !settings_add_item(r->s, &i);
}

static void class(void *ctx, const struct db_row *row)
{
	struct reading *r = ctx;
	int c = log_class(db_text(row, "class"));

	for (const struct logging_destination *d = logging_destinations; c >= 0 && d->column; d++)
		r->s->to[d->dest].of_class[c] = (int8_t)log_level(db_text(row, d->column));
}

static void message(void *ctx, const struct db_row *row)
{
	struct reading *r = ctx;
	struct log_exception e = {.number = (uint32_t)db_int(row, "number", 0),
	    .level = (int8_t)log_level(db_text(row, "level")),
	    .off = !db_bool(row, "on")};

	if (e.off || e.level >= 0)
		r->failed |= !settings_add_exception(r->s, &e);
}

static void host(void *ctx, const struct db_row *row)
{
	struct reading *r = ctx;
	const char *port = db_text(row, "port");
	struct log_host h = {.port = 514, .emblem = db_bool(row, "emblem")};

	copy(h.ifname, sizeof(h.ifname), db_text(row, "ifname"));
	if (port && !logging_port(port, &h.tcp, &h.port))
		return;
	if (addr_parse(db_text(row, "address"), &h.address))
		r->failed |= !settings_add_host(r->s, &h);
}

bool logging_read(struct db *db, struct log_settings *s)
{
	static const struct {
		const char *table;
		void (*each)(void *ctx, const struct db_row *);
	} tables[] = {{"logging", single}, {"logging_list", list}, {"logging_class", class},
	    {"logging_message", message}, {"logging_host", host}};
	struct reading r = {.db = db, .s = s};

	settings_init(s);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		r.failed |= !db_each(db, db_table(db, tables[i].table), tables[i].each, &r);
	if (s->to[DEST_TRAP].level != LEVEL_OFF || s->to[DEST_TRAP].list[0])
		s->to[DEST_JOURNAL] = s->to[DEST_TRAP];
	if (r.failed)
		settings_fini(s);
	return !r.failed;
}
