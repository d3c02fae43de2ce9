/*
 * Owns the lookups. Life of one: it waits for what the keeper says of the host, then looks there,
 * then asks one name server after the other, twice round; `done`, or its cancellation, is its end.
 */
#include "engine/role/aaa_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/net/dns.h"

#define DNS_PORT 53
#define PATIENCE (2 * SEC) /* with one server */
#define ROUNDS 2

struct aaa_lookup {
	LIST_ENTRY(aaa_lookup) link;
	struct aaa_names *of;
	void (*done)(void *arg, const struct addr *);
	void (*all)(void *arg, const char *name, const struct dns_found *); /* or this one */
	void *arg;
	char asked[256]; /* what the asker calls it */
	char name[256];
	struct timer next; /* the next server's turn */
	struct aaa_udp *udp;
	unsigned tries;
	uint8_t question[DNS_QUESTION_MAX];
	size_t question_len;
};

static void close_socket(struct aaa_lookup *l)
{
	if (l->udp)
		l->of->net->udp_close(l->udp);
	l->udp = NULL;
}

static void lookup_free(struct aaa_lookup *l)
{
	LIST_REMOVE(l, link);
	timer_stop(l->of->env, &l->next);
	close_socket(l);
	free(l);
}

/* `found` NULL: nobody could tell. */
static void finish(struct aaa_lookup *l, const struct dns_found *found)
{
	struct dns_found none = {.n = 0};
	struct aaa_lookup was = *l;

	lookup_free(l);
	found = found ? found : &none;
	if (was.done)
		was.done(was.arg, &found->address[0]);
	else
		was.all(was.arg, was.asked, found);
}

/* ---- name servers ----------------------------------------------------------------------- */

static void received(void *arg, const struct aaa_place *from, const uint8_t *bytes, size_t len)
{
	struct aaa_lookup *l = arg;
	struct dns_found found = {.n = 0};

	(void)from;
	switch (dns_answer(l->question, l->question_len, bytes, len, &found)) {
	case DNS_FOUND:
	case DNS_NONE:
		finish(l, &found);
		break;
	case DNS_FAILED:
		timer_start(l->of->env, &l->next, 0);
		break;
	case DNS_OTHER:
		break;
	}
}

static void refused(void *arg, int error)
{
	struct aaa_lookup *l = arg;

	(void)error;
	timer_start(l->of->env, &l->next, 0);
}

static const struct aaa_udp_events EVENTS = {.received = received, .refused = refused};

/* Each question from a port of its own, under a number that nobody can guess. */
static void ask_server(struct aaa_lookup *l)
{
	struct aaa_names *n = l->of;
	struct aaa_place to = {.port = DNS_PORT};
	uint16_t id;

	close_socket(l);
	if (l->tries >= ROUNDS * n->n) {
		finish(l, NULL);
		return;
	}
	to.address = n->server[l->tries++ % n->n];
	n->env->random(n->env, &id, sizeof id);
	l->question_len = dns_question(id, l->name, l->question, sizeof l->question);
	l->udp = l->question_len ? n->net->udp_open(n->net, &to, &EVENTS, l) : NULL;
	if (l->udp)
		n->net->udp_send(l->udp, NULL, l->question, l->question_len);
	timer_start(n->env, &l->next, l->udp ? PATIENCE : 0);
}

static void on_next(struct timer *t)
{
	ask_server(container_of(t, struct aaa_lookup, next));
}

/* ---- what the host says ----------------------------------------------------------------- */

/* The next word of a line; NULL at its end, or where a comment begins. */
static char *word(char **at)
{
	char *w;

	*at += strspn(*at, " \t\r");
	if (!**at || strchr("#;", **at))
		return NULL;
	w = *at;
	*at += strcspn(*at, " \t\r");
	if (**at)
		*(*at)++ = 0;
	return w;
}

/* The next line of a text into `line`; NULL at its end. */
static char *next_line(const char **text, char *line, size_t size)
{
	size_t n = strcspn(*text, "\n");

	if (!**text)
		return NULL;
	snprintf(line, size, "%.*s", (int)n, *text);
	*text += n + ((*text)[n] == '\n');
	return line;
}

/* "10.1.1.21 radius.example.com radius" */
static bool in_hosts(const char *text, const char *name, struct addr *a)
{
	char line[1024], *at, *w;

	while (text && (at = next_line(&text, line, sizeof line))) {
		struct addr of;

		w = word(&at);
		if (!w || !addr_parse(w, &of) || of.family != AF_INET)
			continue;
		while ((w = word(&at)))
			if (strcasecmp(w, name) == 0) {
				*a = of;
				return true;
			}
	}
	return false;
}

static void begin(struct aaa_lookup *l)
{
	const struct aaa_names *n = l->of;
	struct dns_found found = {.n = 0};
	size_t len = strlen(l->name);

	found.n = in_hosts(n->hosts, l->name, &found.address[0]);
	if (found.n || !n->n) {
		finish(l, &found);
		return;
	}
	if (!strchr(l->name, '.') && *n->domain)
		snprintf(l->name + len, sizeof l->name - len, ".%s", n->domain);
	ask_server(l);
}

void aaa_names_hosts(struct aaa_names *n, const char *text)
{
	free(n->hosts);
	n->hosts = text ? strdup(text) : NULL;
}

static void take_line(struct aaa_names *n, char *at)
{
	const char *what = word(&at), *value = what ? word(&at) : NULL;

	if (!value)
		return;
	if (strcmp(what, "nameserver") == 0 && n->n < AAA_NAME_SERVERS) {
		if (addr_parse(value, &n->server[n->n]) && n->server[n->n].family == AF_INET)
			n->n++;
	} else if (strcmp(what, "search") == 0 || strcmp(what, "domain") == 0) {
		snprintf(n->domain, sizeof n->domain, "%s", value);
	}
}

void aaa_names_resolver(struct aaa_names *n, const char *text)
{
	char line[1024], *at;
	struct aaa_lookup *l, *after;

	n->asked = false;
	n->n = 0;
	n->domain[0] = 0;
	while (text && (at = next_line(&text, line, sizeof line)))
		take_line(n, at);
	for (l = LIST_FIRST(&n->open); l; l = after) {
		after = LIST_NEXT(l, link);
		if (!timer_armed(&l->next))
			begin(l);
	}
}

/* ---- life ------------------------------------------------------------------------------- */

static struct aaa_lookup *start(struct aaa_names *n, const char *name, void *arg)
{
	struct aaa_lookup *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->of = n;
	l->arg = arg;
	snprintf(l->asked, sizeof l->asked, "%s", name);
	l->next.fire = on_next;
	snprintf(l->name, sizeof l->name, "%s", name);
	LIST_INSERT_HEAD(&n->open, l, link);
	if (!n->asked) {
		n->asked = true;
		n->ask(n->arg);
	}
	return l;
}

struct aaa_lookup *aaa_names_lookup(
    struct aaa_names *n, const char *name, void (*done)(void *arg, const struct addr *), void *arg)
{
	struct aaa_lookup *l = start(n, name, arg);

	if (l)
		l->done = done;
	return l;
}

bool aaa_names_all(struct aaa_names *n, const char *name,
    void (*all)(void *arg, const char *name, const struct dns_found *), void *arg)
{
	struct aaa_lookup *l = start(n, name, arg);

	if (l)
		l->all = all;
	return l != NULL;
}

void aaa_names_cancel(struct aaa_lookup *l)
{
	if (l)
		lookup_free(l);
}

void aaa_names_init(
    struct aaa_names *n, struct env *env, struct aaa_net *net, void (*ask)(void *arg), void *arg)
{
	*n = (struct aaa_names){.env = env, .net = net, .ask = ask, .arg = arg};
}

void aaa_names_fini(struct aaa_names *n)
{
	while (LIST_FIRST(&n->open))
		lookup_free(LIST_FIRST(&n->open));
	free(n->hosts);
	n->hosts = NULL;
}
