/*
 * 10,000 lines of an access list in the kernel, against one plain map of nftables with the same
 * ranges: load, a change of one line, layers. In a network namespace of its own.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/firewall/nft_table.h"
#include "engine/keeper/nft.h"

#define LINES 10000

static struct acl_rule rule[LINES + 1];
static struct firewall fw;
static struct nft_table table;

static bool address(void *arg, const char *device, uint32_t *a)
{
	(void)arg;
	(void)device;
	(void)a;
	return false;
}

static void run(const char *text)
{
	char why[256];

	if (nft_run(text, why, sizeof why)) {
		fprintf(stderr, "nft: %s\n", why);
		exit(1);
	}
}

/* Milliseconds of one transaction; *text: of them in our hands. */
static double commit(double *text)
{
	const struct nft_nat nat = {"gatehouse0", {address, NULL}};
	uint64_t begun = clock_monotonic(), made;
	char *s = nft_table_change(&table, &fw, &nat);

	made = clock_monotonic();
	if (!s)
		exit(1);
	run(s);
	nft_table_done(&table, true);
	free(s);
	*text = (double)(made - begun) / 1000;
	return (double)(clock_monotonic() - begun) / 1000;
}

static double plain(void)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	uint64_t begun;

	if (!f)
		exit(1);
	fputs(
	    "add table inet plain\nadd map inet plain m { type inet_proto . ipv4_addr . "
	    "ipv4_addr . inet_service . inet_service : verdict; flags interval; counter; }\n"
	    "add element inet plain m { ",
	    f);
	for (size_t i = 0; i < LINES; i++)
		fprintf(f, "%s6 . 10.%zu.%zu.0/24 . 192.168.0.0/16 . 0-65535 . %zu : accept",
		    i ? ", " : "", i >> 8, i & 255, 1 + i % 60000);
	fputs(" }\n", f);
	fclose(f);
	begun = clock_monotonic();
	run(text);
	free(text);
	return (double)(clock_monotonic() - begun) / 1000;
}

int main(void)
{
	struct access_list list = {.name = (char[]){"A"}, .rule = rule, .n = LINES};
	double load, small, text, text_small, map;

	if (unshare(CLONE_NEWNET) < 0) {
		puts("bench_access: needs root");
		return 0;
	}
	for (uint32_t i = 0; i <= LINES; i++)
		rule[i] = (struct acl_rule){.source_first = 0x0a000000 + (i << 8),
		    .source_last = 0x0a0000ff + (i << 8),
		    .dest_first = 0xc0a80000,
		    .dest_last = 0xc0a8ffff,
		    .source_high = UINT16_MAX,
		    .dest_low = (uint16_t)(1 + i % 60000),
		    .dest_high = (uint16_t)(1 + i % 60000),
		    .protocol = 6,
		    .permit = true};
	fw.lists = &list;
	fw.n_lists = 1;
	map = plain();
	load = commit(&text);
	memmove(&rule[1], &rule[0], LINES * sizeof *rule); /* a new first line */
	rule[0].source_first = 0x0b000000;
	rule[0].source_last = 0x0b0000ff;
	list.n++;
	small = commit(&text_small);
	printf("access list of %d lines: load %.0f ms (text %.0f ms), one plain map %.0f ms: ratio "
	       "%.2f\n",
	    LINES, load, text, map, load / map);
	printf("a new first line: %.1f ms (text %.1f ms), %zu layers\n", small, text_small,
	    table.filter.list[0]->v.n_layers);
	nft_table_fini(&table);
	return 0;
}
