/*
 * Lists of 10,000 and of 65,536 lines as text for nft: how long it takes to write, all of them
 * and one that is put before them. bench_access rules|change|plain: writes the transaction that
 * makes the shorter one hold at device `in`, the change of it, one plain map with the same ranges
 * (tests/bench/access.sh gives them to nft).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/firewall/nft_table.h"

#define LINES 10000
#define MANY 65536

static struct acl_rule rule[MANY + 1];

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool address(void *arg, const char *device, uint32_t *a)
{
	(void)arg;
	(void)device;
	(void)a;
	return false;
}

/* Line i permits 10.x.y.0/24 port i of some hosts. */
static void make_lines(void)
{
	for (uint32_t i = 0; i <= MANY; i++)
		rule[i] = (struct acl_rule){.source_first = 0x0a000000 + (i << 8),
		    .source_last = 0x0a0000ff + (i << 8),
		    .dest_first = 0xc6330000,
		    .dest_last = 0xc633ffff,
		    .source_high = UINT16_MAX,
		    .dest_low = (uint16_t)(i % 60000 + 1),
		    .dest_high = (uint16_t)(i % 60000 + 1),
		    .protocol = 17,
		    .permit = true};
}

static void plain(FILE *f)
{
	fputs(
	    "add table inet plain\n"
	    "add map inet plain m { type ipv4_addr . ipv4_addr . inet_proto . inet_service . "
	    "inet_service : verdict; flags interval; counter; }\n"
	    "add element inet plain m { ",
	    f);
	for (size_t i = 0; i < LINES; i++)
		fprintf(f, "%s10.%zu.%zu.0/24 . 198.51.0.0/16 . 17 . 0-65535 . %zu : accept",
		    i ? ", " : "", i >> 8, i & 255, 1 + i % 60000);
	fputs(" }\nadd chain inet plain forward "
	      "{ type filter hook forward priority filter; policy drop; }\n"
	      "add rule inet plain forward ct state established,related accept\n"
	      "add rule inet plain forward ip saddr . ip daddr . meta l4proto . th sport . "
	      "th dport vmap @m\n",
	    f);
}

static struct firewall firewall_of(struct access_list *list)
{
	static struct zone zone[] = {{.device = "in", .level = 50}, {.device = "out"}};
	static char name[] = "A";
	static struct access_group group = {.device = "in", .way = ACCESS_IN, .name = name};

	return (struct firewall){.zones = zone,
	    .lists = list,
	    .groups = &group,
	    .n_zones = 2,
	    .n_lists = 1,
	    .n_groups = 1};
}

/* Milliseconds. */
static double write_change(struct nft_table *t, const struct firewall *f, FILE *to)
{
	const struct nft_nat nat = {"gatehouse0", {address, NULL}};
	double begun = now_ms();
	char *text = nft_table_change(t, f, &nat);

	if (!text)
		exit(EXIT_FAILURE);
	nft_table_done(t, true);
	fputs(text, to);
	free(text);
	return now_ms() - begun;
}

/* All of a list of so many lines, then one more at its head. */
static void write_list(size_t n, FILE *all, FILE *change)
{
	struct access_list list = {.name = (char[]){"A"}, .rule = rule, .n = n};
	struct firewall f = firewall_of(&list);
	struct nft_table t = {0};
	double load, more;

	make_lines();
	load = write_change(&t, &f, all);
	memmove(&rule[1], &rule[0], n * sizeof *rule);
	rule[0].source_first = 0x0b000000;
	rule[0].source_last = 0x0b0000ff;
	list.n++;
	more = write_change(&t, &f, change);
	if (all == change)
		printf("access list of %zu lines as text: %.0f ms, a new first line %.1f ms, %zu "
		       "layers\n",
		    n, load, more, t.filter.list[0]->v.n_layers);
	nft_table_fini(&t);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	FILE *nowhere = fopen("/dev/null", "w");

	if (!nowhere)
		return EXIT_FAILURE;
	if (!strcmp(what, "plain")) {
		plain(stdout);
	} else if (!strcmp(what, "rules")) {
		write_list(LINES, stdout, nowhere);
	} else if (!strcmp(what, "change")) {
		write_list(LINES, nowhere, stdout);
	} else {
		write_list(LINES, nowhere, nowhere);
		write_list(MANY, nowhere, nowhere);
	}
	fclose(nowhere);
	return EXIT_SUCCESS;
}
