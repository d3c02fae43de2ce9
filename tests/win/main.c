/*
 * winclient: Windows-like L2TP/IPsec clients for tests and benchmarks, over real sockets.
 * One client prints what it sends and gets; many print a summary. Exit 0 when all were up and
 * every ping was answered.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "tests/win/client.h"
#include "tests/win/usage.h"

const char usage_text[] =
    "usage: winclient --server ADDR --psk KEY --user NAME --password WORD [options]\n"
    "  --source ADDR     first client's address, the next ones count up (default: by route)\n"
    "  --nat             as behind a NAT: UDP from arbitrary ports, all from one address\n"
    "  --clients N       so many at once (default 1)\n"
    "  --gap MS          between their first messages (default 0)\n"
    "  --auth LIST       pap, chap, mschap, mschapv2, eap, with commas (default mschapv2)\n"
    "  --eap SOCKET      its EAP is said there (tests/lab/eap_peer.py); else it has MD5\n"
    "  --like NAME       a client of the field: windows-7, ios, networkmanager ...\n"
    "  --ping ADDR       three pings through the tunnel\n"
    "  --every MS        and so many milliseconds between more of them as long as it stays\n"
    "  --tun NAME        a device of that name: its traffic goes through the tunnel\n"
    "  --renew SECONDS   between quick modes that it begins (default: none)\n"
    "  --renew-ike SECONDS  and main modes\n"
    "  --hold SECONDS    how long to stay\n"
    "  --while FILE      and no longer than that file is there\n"
    "  --keys DIRECTORY  for Wireshark's tables of them\n"
    "  --counters        prints what it has carried: ESP, IP packets of the user\n"
    "  --limit SECONDS   to be up (default 60)\n"
    "  --patience SECONDS  before a message of IKE is repeated (default 1, then 2, 4 ...)\n"
    "  --vanish          leave without a word\n"
    "  --aggressive      mode, not main mode\n"
    "  --group NAME      and its identity is that name\n"
    "  --any-server      goes on when the server is behind a NAT (Windows: 809)\n";

static unsigned methods(char *list)
{
	static const struct {
		const char *word;
		enum ppp_auth method;
	} known[] = {
	    {"pap", PPP_AUTH_PAP}, {"chap", PPP_AUTH_CHAP}, {"mschap", PPP_AUTH_MSCHAPV1},
	    {"mschapv2", PPP_AUTH_MSCHAPV2}, {"eap", PPP_AUTH_EAP}};
	const size_t n = sizeof known / sizeof *known;
	unsigned bits = 0;

	for (char *w = strtok(list, ","); w; w = strtok(NULL, ",")) {
		size_t i;

		for (i = 0; i < n && strcmp(known[i].word, w) != 0; i++)
			;
		if (i == n)
			usage();
		bits |= 1u << known[i].method;
	}
	return bits;
}

struct options {
	struct client_options client;
	unsigned clients;
	uint64_t gap;
};

static void parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {{"server", 1, NULL, 's'}, {"psk", 1, NULL, 'k'},
	    {"user", 1, NULL, 'u'}, {"password", 1, NULL, 'p'}, {"source", 1, NULL, 'a'},
	    {"nat", 0, NULL, 'n'}, {"clients", 1, NULL, 'c'}, {"gap", 1, NULL, 'g'},
	    {"auth", 1, NULL, 'm'}, {"eap", 1, NULL, 'e'}, {"ping", 1, NULL, 'i'},
	    {"like", 1, NULL, 'f'},
	    {"tun", 1, NULL, 't'}, {"hold", 1, NULL, 'h'}, {"limit", 1, NULL, 'l'},
	    {"vanish", 0, NULL, 'v'}, {"while", 1, NULL, 'w'}, {"every", 1, NULL, 'E'},
	    {"keys", 1, NULL, 'K'}, {"aggressive", 0, NULL, 'A'}, {"group", 1, NULL, 'G'},
	    {"any-server", 0, NULL, 'S'}, {"counters", 0, NULL, 'C'},
	    {"patience", 1, NULL, 'P'},
	    {"renew", 1, NULL, 'r'}, {"renew-ike", 1, NULL, 'R'},
	    {NULL, 0, NULL, 0}};
	struct client_options *c = &o->client;
	int k;

	*o = (struct options){.clients = 1,
	    .client = {.methods = 1u << PPP_AUTH_MSCHAPV2, .pings = 3, .limit = 60 * SEC,
		.patience = SEC}};
	while ((k = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (k) {
		case 's': c->server = usage_address(optarg); break;
		case 'k': c->psk = optarg; break;
		case 'u': c->user = optarg; break;
		case 'p': c->password = optarg; break;
		case 'a': c->source = usage_address(optarg); break;
		case 'n': c->nat = true; break;
		case 'c': o->clients = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'g': o->gap = strtoull(optarg, NULL, 10) * MSEC; break;
		case 'm': c->methods = methods(optarg); break;
		case 'e': c->eap = optarg; break;
		case 'f':
			if (!(c->like = personality_find(optarg)))
				usage();
			break;
		case 'i': c->ping = usage_address(optarg); break;
		case 't': c->tun = optarg; break;
		case 'h': c->hold = strtoull(optarg, NULL, 10) * SEC; break;
		case 'E': c->every = strtoull(optarg, NULL, 10) * MSEC; break;
		case 'r': c->renew = strtoull(optarg, NULL, 10) * SEC; break;
		case 'R': c->renew_main = strtoull(optarg, NULL, 10) * SEC; break;
		case 'K': c->keys = optarg; break;
		case 'w': c->stay = optarg; break;
		case 'l': c->limit = strtoull(optarg, NULL, 10) * SEC; break;
		case 'P': c->patience = strtoull(optarg, NULL, 10) * SEC; break;
		case 'v': c->vanish = true; break;
		case 'A': c->aggressive = true; break;
		case 'G': c->group = optarg; break;
		case 'C': c->counters = true; break;
		case 'S': c->any_server = true; break;
		default: usage();
		}
	}
	if (optind != argc || !c->server.family || !c->psk || !c->user || !c->password ||
	    !o->clients)
		usage();
	c->verbose = o->clients == 1;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SEC + (uint64_t)t.tv_nsec / 1000;
}

/* One turn: whose timers are due, then what has arrived until the next one is. */
static void turn(struct client *client, unsigned started, int epoll, uint64_t until)
{
	struct epoll_event ev[64];
	int n;

	for (unsigned i = 0; i < started; i++) {
		uint64_t due;

		timer_run(&client[i].net.env);
		due = timer_next(&client[i].net.env);
		until = due < until ? due : until;
	}
	n = epoll_wait(epoll, ev, 64, until > now() ? (int)((until - now()) / MSEC + 1) : 0);
	for (int i = 0; i < n; i++)
		net_readable(ev[i].data.ptr);
}

static void say_carried(const char *what, const struct tunnel_count *n)
{
	printf(" %s out %llu packets %llu bytes in %llu packets %llu bytes", what,
	    (unsigned long long)n->sent, (unsigned long long)n->sent_bytes,
	    (unsigned long long)n->got, (unsigned long long)n->got_bytes);
}

/* A line whenever its numbers are not those of the last one: who reads takes the last. */
static void say_counters(struct client *c)
{
	struct tunnel_count esp = renew_carried(c);

	if (!c->o->counters || memcmp(&esp, &c->told, sizeof esp) == 0)
		return;
	c->told = esp;
	printf("client %u", c->number);
	say_carried("ESP", &esp);
	say_carried("user", &c->user);
	putchar('\n');
}

static void report(const struct client *c, unsigned n, uint64_t took)
{
	char a[ADDR_TEXT_MAX], d[ADDR_TEXT_MAX], e[ADDR_TEXT_MAX];
	unsigned good = 0;

	for (unsigned i = 0; i < n; i++)
		good += c[i].ok;
	if (n == 1 && c->ok)
		printf("up in %llu ms, address %s, DNS %s %s, pings %u/%u\n",
		    (unsigned long long)(c->took / MSEC), addr_text(&c->ip.client, a),
		    addr_text(&c->ip.dns[0], d), addr_text(&c->ip.dns[1], e), c->pings.answered,
		    c->pings.sent);
	else if (n > 1)
		printf("%u of %u clients were up, %llu ms in all\n", good, n,
		    (unsigned long long)(took / MSEC));
	for (unsigned i = 0; i < n; i++)
		if (c[i].o->every)
			printf("client %u flow: %u of %u answered, longest silence %llu ms\n",
			    c[i].number, c[i].flow.answered, c[i].flow.sent,
			    (unsigned long long)(c[i].flow.silence / MSEC));
	for (unsigned i = 0; i < n; i++)
		if (c[i].o->every || c[i].o->counters)
			printf("client %u renewed: quick %u, by the server %u; main %u, by the "
			       "server %u\n",
			    c[i].number, c[i].renew.quick_ours, c[i].renew.quick_theirs,
			    c[i].renew.main_ours, c[i].renew.main_theirs);
	for (unsigned i = 0; i < n; i++)
		if (!c[i].ok)
			printf("client %u failed: %s (pings %u/%u, %llu bad ESP packets)%s%s\n",
			    c[i].number, c[i].failure ? c[i].failure : "?", c[i].pings.answered,
			    c[i].pings.sent, (unsigned long long)c[i].tunnel.bad,
			    c[i].lac && *lac_answer(c[i].lac) ? ": " : "",
			    c[i].lac ? lac_answer(c[i].lac) : "");
}

int main(int argc, char **argv)
{
	struct options o;
	struct crypto *crypto = crypto_create();
	struct client_world w = {
	    epoll_create1(EPOLL_CLOEXEC), crypto, crypt_create(crypto, CRYPT_OPENSSL)};
	struct client *client;
	unsigned started = 0, left = 1, good = 0;
	uint64_t begin = now();

	setvbuf(stdout, NULL, _IOLBF, 0);
	parse(argc, argv, &o);
	client = calloc(o.clients, sizeof *client);
	if (!client || !crypto || !w.crypt || w.epoll < 0) {
		fputs("winclient: out of memory\n", stderr);
		return 3;
	}
	while (left) {
		while (started < o.clients && now() >= begin + started * o.gap) {
			if (!client_start(&client[started], &w, &o.client, started)) {
				fprintf(stderr, "winclient: sockets: %s\n", strerror(errno));
				return 3;
			}
			started++;
		}
		turn(client, started, w.epoll,
		    started < o.clients ? begin + started * o.gap : now() + SEC);
		left = o.clients - started;
		for (unsigned i = 0; i < started; i++)
			say_counters(&client[i]);
		for (unsigned i = 0; i < started; i++)
			left += client[i].state != CLIENT_GONE;
	}
	report(client, o.clients, now() - begin);
	for (unsigned i = 0; i < started; i++) {
		good += client[i].ok;
		client_end(&client[i]);
	}
	free(client);
	crypt_destroy(w.crypt);
	crypto_destroy(crypto);
	close(w.epoll);
	return good == o.clients ? 0 : 1;
}
