/*
 * Arguments of TACACS+ (RFC 8907 6.1, 7.1, 8), what is asked and what an answer means here.
 * "name=value" has to be obeyed, "name*value" may be left alone.
 */
#include "engine/aaa/tacacs/author.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 240 /* of a line: its name and it fit into an argument */

enum value {
	ECHO, /* of the request; what it says is known */
	NUMBER,
	MINUTES,
	TEXT,
	TEXTS,	 /* several between blanks, in `which` each */
	ADDRESS, /* 0.0.0.0 and 255.255.255.254: the pool's */
	PAIR	 /* one or two addresses: `which` and the attribute behind it */
};

/* By service and name; a name that ends in "#" has a number behind it. */
/* clang-format off */
static const struct argument {
	const char *service, *name;
	enum value value;
	enum aaa_attribute which;
} arguments[] = {
    {"shell", "service",        ECHO,    AAA_ATTRIBUTES},
    {"shell", "cmd",            ECHO,    AAA_ATTRIBUTES},
    {"shell", "priv-lvl",       NUMBER,  AAA_PRIVILEGE},
    {"shell", "timeout",        MINUTES, AAA_SESSION_TIMEOUT},
    {"shell", "idletime",       MINUTES, AAA_IDLE_TIMEOUT},
    {"ppp",   "service",        ECHO,    AAA_ATTRIBUTES},
    {"ppp",   "protocol",       ECHO,    AAA_ATTRIBUTES},
    {"ppp",   "addr",           ADDRESS, AAA_FRAMED_IP},
    {"ppp",   "addr-pool",      TEXTS,   AAA_POOL},
    {"ppp",   "inacl",          TEXT,    AAA_FILTER},
    {"ppp",   "inacl#",         TEXT,    AAA_FILTER_LINE},
    {"ppp",   "timeout",        MINUTES, AAA_SESSION_TIMEOUT},
    {"ppp",   "idletime",       MINUTES, AAA_IDLE_TIMEOUT},
    {"ppp",   "dns-servers",    PAIR,    AAA_DNS1},
    {"ppp",   "wins-servers",   PAIR,    AAA_WINS1},
    {"ppp",   "default-domain", TEXT,    AAA_DEFAULT_DOMAIN},
    {"ppp",   "group-policy",   TEXT,    AAA_GROUP_POLICY},
};
/* clang-format on */

/* ---- what is said ------------------------------------------------------------------------- */

static bool is_ppp(const char *service)
{
	return strcmp(service, "ppp") == 0;
}

/* "cmd=show", "cmd-arg=version", ... */
static void command(struct tacacs_args *a, const char *line)
{
	const char *name = "cmd";
	size_t len;

	for (line += strspn(line, " "); *line; line += strspn(line, " ")) {
		len = strcspn(line, " ");
		tacacs_arg(a, "%s=%.*s", name, (int)len, line);
		name = "cmd-arg";
		line += len;
	}
}

void tacacs_author_args(struct tacacs_args *a, const struct aaa_request *r)
{
	if (r->kind == AAA_COMMAND) {
		tacacs_arg(a, "service=shell");
		command(a, r->command);
	} else if (is_ppp(r->service)) {
		tacacs_arg(a, "service=ppp");
		tacacs_arg(a, "protocol=ip");
	} else {
		tacacs_arg(a, "service=shell");
		tacacs_arg(a, "cmd="); /* a session begins: 8.2 */
	}
}

static void amount(struct tacacs_args *a, const char *name, uint64_t n)
{
	tacacs_arg(a, "%s=%llu", name, (unsigned long long)n);
}

static void usage(struct tacacs_args *a, const struct msg_account *m)
{
	amount(a, "elapsed_time", m->duration);
	amount(a, "bytes_in", m->bytes_in);
	amount(a, "bytes_out", m->bytes_out);
	amount(a, "paks_in", m->pkts_in);
	amount(a, "paks_out", m->pkts_out);
}

/* A line as it was typed, in as many arguments as it needs. */
static void typed(struct tacacs_args *a, const char *line)
{
	size_t len = strnlen(line, PIECE);

	tacacs_arg(a, "cmd=%.*s", (int)len, line);
	for (line += len; *line; line += len) {
		len = strnlen(line, PIECE);
		tacacs_arg(a, "cmd-arg=%.*s", (int)len, line);
	}
}

void tacacs_acct_args(struct tacacs_args *a, const struct msg_account *m)
{
	char address[ADDR_TEXT_MAX];

	tacacs_arg(a, "task_id=%s", m->key);
	tacacs_arg(a, "timezone=UTC");
	tacacs_arg(a, "service=%s", is_ppp(m->service) ? "ppp" : "shell");
	if (is_ppp(m->service))
		tacacs_arg(a, "protocol=ip");
	amount(a, "start_time", m->what == ACCOUNT_COMMAND ? m->time : m->since);
	if (m->assigned.family)
		tacacs_arg(a, "addr=%s", addr_text(&m->assigned, address));
	if (m->what == ACCOUNT_INTERIM || (m->what == ACCOUNT_STOP && is_ppp(m->service)))
		usage(a, m);
	else if (m->what == ACCOUNT_STOP)
		amount(a, "elapsed_time", m->duration);
	if (m->what == ACCOUNT_STOP) {
		amount(a, "stop_time", m->time);
		amount(a, "disc-cause", m->cause);
	} else if (m->what == ACCOUNT_COMMAND) {
		tacacs_arg(a, "priv-lvl=%u", m->level);
		typed(a, m->command);
	}
}

/* ---- what an answer means ------------------------------------------------------------------ */

static const struct argument *find(const char *service, const char *name)
{
	for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
		const struct argument *a = &arguments[i];
		size_t len = strlen(a->name);
		bool numbered = a->name[len - 1] == '#';

		if (strcmp(a->service, service) == 0 &&
		    (numbered ? strncmp(a->name, name, len) == 0 : strcmp(a->name, name) == 0))
			return a;
	}
	return NULL;
}

static bool number(const char *text, uint32_t most, uint32_t *to)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*to = (uint32_t)n;
	return *text >= '0' && *text <= '9' && !*end && n <= most;
}

static bool add_number(struct aaa_attributes *to, enum aaa_attribute which, const char *text,
    uint32_t most, uint32_t unit)
{
	struct aaa_value v = {.which = which};

	if (!number(text, most, &v.number))
		return false;
	v.number *= unit;
	return aaa_attribute_add(to, &v);
}

static bool add_address(struct aaa_attributes *to, enum aaa_attribute which, const char *text)
{
	struct aaa_value v = {.which = which};
	uint32_t ip;

	if (!addr_parse(text, &v.address) || v.address.family != AF_INET)
		return false;
	ip = addr_to_v4(&v.address);
	return ip == 0 || ip >= 0xfffffffe || aaa_attribute_add(to, &v);
}

/* Each word of it, a pair's second for the attribute behind `which`. */
static bool add_words(struct aaa_attributes *to, const struct argument *a, char *text)
{
	enum aaa_attribute which = a->which;
	char *save, *word = strtok_r(text, " ,", &save);
	bool ok = word != NULL;

	for (; ok && word; word = strtok_r(NULL, " ,", &save)) {
		if (a->value == TEXTS)
			ok = aaa_attribute_add(
			    to, &(struct aaa_value){.which = which, .text = word});
		else
			ok = which <= a->which + 1 && add_address(to, which++, word);
	}
	return ok;
}

static bool take(struct aaa_attributes *to, const struct argument *a, char *value)
{
	switch (a->value) {
	case ECHO:
		return true;
	case NUMBER:
		return add_number(to, a->which, value, 15, 1);
	case MINUTES:
		return add_number(to, a->which, value, 71582788, 60);
	case TEXT:
		return *value &&
		       aaa_attribute_add(to, &(struct aaa_value){.which = a->which, .text = value});
	case ADDRESS:
		return add_address(to, a->which, value);
	case TEXTS:
	case PAIR:
		return add_words(to, a, value);
	}
	return false;
}

/* One argument of an answer. False: it had to be obeyed, and cannot. */
static bool obey(
    const char *service, const struct chunk *c, struct aaa_attributes *to, char *why, size_t size)
{
	char text[TACACS_ARGS_MAX + 1], name[40], *sep;
	const struct argument *a;
	bool must;

	memcpy(text, c->p, c->len);
	text[c->len] = '\0';
	sep = strpbrk(text, "=*");
	must = !sep || *sep == '=';
	if (sep)
		*sep++ = '\0';
	a = sep && strlen(text) + 1 + strlen(sep) == c->len ? find(service, text) : NULL;
	if ((a && take(to, a, sep)) || !must)
		return true;
	tacacs_text(name, sizeof name, text, strlen(text));
	snprintf(why, size, "the server wants \"%s\", which is %s", name,
	    a ? "not understood" : "not known here");
	return false;
}

/* A command may not become another one: what replaces it has to be what was asked. */
static bool same(const struct aaa_request *asked, const struct tacacs_reply *r)
{
	struct tacacs_args a = {0};
	size_t at = 0;

	tacacs_author_args(&a, asked);
	if (r->n_args != a.n)
		return false;
	for (size_t i = 0; i < a.n; at += a.len[i++])
		if (r->arg[i].len != a.len[i] || memcmp(r->arg[i].p, a.bytes + at, a.len[i]) != 0)
			return false;
	return true;
}

bool tacacs_author_granted(const struct aaa_request *r, const struct tacacs_reply *reply,
    struct aaa_attributes *to, char *why, size_t size)
{
	const char *service = r->kind != AAA_COMMAND && is_ppp(r->service) ? "ppp" : "shell";

	if (r->kind == AAA_COMMAND && reply->status == TACACS_PASS_REPL) {
		snprintf(why, size, "the server wants another command");
		return same(r, reply);
	}
	for (size_t i = 0; i < reply->n_args; i++)
		if (!obey(service, &reply->arg[i], to, why, size))
			return false;
	return true;
}
