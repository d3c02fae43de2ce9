/* The command line of load; see options.h. */
#include "tests/load/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/win/usage.h"

const char usage_text[] =
    "usage: load --appliance PID --netns NAME --server ADDR --psk KEY --user NAME --password WORD\n"
    "            [options] ROW...\n"
    "  --appliance PID   the gateway's keeper\n"
    "  --netns NAME      where the gateway and its device `hosts` are\n"
    "  --usual NAME      the namespace of the usual server, with devices `hosts` and `usual`\n"
    "  --usual-server A  its address\n"
    "  --clients N       so many sessions (default 1)\n"
    "  --at-a-time N     of which connect together (default 64)\n"
    "  --cipher NAME     3des or aes (128)\n"
    "  --raw             no NAT: raw ESP, each client with an address of its own from --source on\n"
    "  --source ADDR     the first client's\n"
    "  --addresses N     of NATs that they are behind, from --source on (default 1); each has a\n"
    "                    user: NAME0, NAME1 ...\n"
    "  --cores A,B       ours, and that of the gateway's packet threads (default 0,1; -: any)\n"
    "  --vanish          no good-byes at the end\n"
    "  --check           no figures, but windows of 1 to 256 packets with tails, held and not\n"
    "ROW is trip,LENGTH,idle or trip,LENGTH,bulk: round trips, 500 a second, alone or beside\n"
    "another user's 1,400-byte packets down, or it is DIRECTION,LENGTH,KIND[,NAME=NUMBER...]\n"
    "  DIRECTION         up, down or both\n"
    "  LENGTH            of the user's IP packets; with --check FROM-TO/STEP\n"
    "  KIND              tcp: segments of one connection, in trains; udp: in trains; single:\n"
    "                    UDP, each by itself\n"
    "  window=N          packets each way that wait when the gateway begins (default 384)\n"
    "  run=N             of one user, before it is another's turn (default: a train, single: 1)\n"
    "  tail=N            the length of each last packet of a run\n"
    "  flow=1            the gateway is not held while its queues fill\n";

#define TRIPS 1000

static unsigned number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (end == text || *end || n > 1000000)
		usage();
	return (unsigned)n;
}

static void setting(struct plan *p, const char *word)
{
	const char *value = strchr(word, '=');
	size_t len;

	if (!value)
		usage();
	len = (size_t)(value++ - word);
	if (strncmp(word, "window", len) == 0)
		p->window = number(value);
	else if (strncmp(word, "run", len) == 0)
		p->run = number(value);
	else if (strncmp(word, "tail", len) == 0)
		p->shape.tail = (uint16_t)number(value);
	else if (strncmp(word, "flow", len) == 0)
		p->flows = number(value);
	else
		usage();
}

static void lengths(struct row *r, char *text)
{
	char *to = strchr(text, '-'), *step = strchr(text, '/');

	if (to && step) {
		*to++ = *step++ = '\0';
		r->from = number(text);
		r->step = number(step);
		text = to;
	} else {
		r->from = number(text);
		r->step = 1;
	}
	r->plan.shape.len = (uint16_t)number(text);
	if (r->from < 48 || r->plan.shape.len > 1400 || !r->step)
		usage();
}

static void trips(struct row *r, const char *kind, const char *len)
{
	r->trips = TRIPS;
	r->from = number(len);
	if (strcmp(kind, "bulk") == 0)
		r->plan.shape.len = 1400;
	else if (strcmp(kind, "idle") != 0)
		usage();
}

static void row(struct options *o, char *text)
{
	struct row *r = &o->row[o->n_rows++];
	struct plan *p = &r->plan;
	char *direction = strtok(text, ","), *len = strtok(NULL, ","), *kind = strtok(NULL, ",");

	if (!kind)
		usage();
	snprintf(r->text, sizeof r->text, "%s, %s B, %s", direction, len, kind);
	if (strcmp(direction, "trip") == 0) {
		trips(r, kind, len);
		return;
	}
	p->up = strcmp(direction, "down") != 0;
	p->down = strcmp(direction, "up") != 0;
	lengths(r, len);
	p->shape.tcp = strcmp(kind, "tcp") == 0;
	p->trains = strcmp(kind, "single") != 0;
	p->window = 384;
	p->run = p->trains ? END_TRAIN : 1;
	for (char *w = strtok(NULL, ","); w; w = strtok(NULL, ","))
		setting(p, w);
	p->shape.run = (uint16_t)p->run;
	if (!p->run || !p->window)
		usage();
}

static int core(const char *text)
{
	return *text == '-' ? -1 : (int)strtol(text, NULL, 10);
}

static void cores(struct options *o, const char *text)
{
	const char *comma = strchr(text, ',');

	if (!comma)
		usage();
	o->core = core(text);
	o->gateway_core = core(comma + 1);
}

static void cipher(struct options *o, const char *name)
{
	o->cipher_name = name;
	if (strcmp(name, "3des") == 0)
		o->cipher = CIPHER_3DES;
	else if (strcmp(name, "aes") == 0)
		o->cipher = CIPHER_AES128;
	else
		usage();
}

void options_read(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {{"server", 1, NULL, 's'}, {"psk", 1, NULL, 'k'},
	    {"user", 1, NULL, 'u'}, {"password", 1, NULL, 'p'}, {"source", 1, NULL, 'a'},
	    {"raw", 0, NULL, 'r'}, {"clients", 1, NULL, 'c'}, {"at-a-time", 1, NULL, 't'},
	    {"appliance", 1, NULL, 'A'}, {"netns", 1, NULL, 'n'}, {"usual", 1, NULL, 'U'},
	    {"usual-server", 1, NULL, 'S'}, {"cipher", 1, NULL, 'C'}, {"cores", 1, NULL, 'P'},
	    {"vanish", 0, NULL, 'v'}, {"check", 0, NULL, 'K'},
	    {"addresses", 1, NULL, 'N'}, {NULL, 0, NULL, 0}};
	struct client_options *c = &o->client;
	int k;

	*o = (struct options){.clients = 1, .at_a_time = 64, .addresses = 1,
	    .cipher = CIPHER_AES128, .cipher_name = "aes", .gateway_core = 1,
	    .client = {.methods = 1u << PPP_AUTH_MSCHAPV2, .nat = true}};
	while ((k = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (k) {
		case 's': c->server = usage_address(optarg); break;
		case 'k': c->psk = optarg; break;
		case 'u': c->user = optarg; break;
		case 'p': c->password = optarg; break;
		case 'a': c->source = usage_address(optarg); break;
		case 'r': c->nat = false; break;
		case 'c': o->clients = number(optarg); break;
		case 't': o->at_a_time = number(optarg); break;
		case 'A': o->appliance = (pid_t)strtol(optarg, NULL, 10); break;
		case 'n': o->netns = optarg; break;
		case 'U': o->usual = optarg; break;
		case 'S': o->usual_server = usage_address(optarg); break;
		case 'C': cipher(o, optarg); break;
		case 'P': cores(o, optarg); break;
		case 'v': o->vanish = true; break;
		case 'N': o->addresses = number(optarg); break;
		case 'K': o->check = true; break;
		default: usage();
		}
	}
	while (optind < argc && o->n_rows < ROWS_MAX)
		row(o, argv[optind++]);
	if (optind != argc || !c->server.family || !c->psk || !c->user || !c->password ||
	    !o->appliance || !o->netns || !o->clients || !o->at_a_time ||
	    !o->addresses ||
	    (o->usual && !o->usual_server.family))
		usage();
}
