/*
 * 1,000 NAT rules as text for nft: how long it takes to write, all of them and one that is put
 * between them. bench_nat N [change]: writes that transaction (tests/bench/nat.sh gives it to nft).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/firewall/nft_nat_table.h"

static const struct nft_nat nat = {.tun = "gatehouse0"};

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* So many hosts behind `in`, each with an address of its own before `out`. */
static struct nat_rule *hosts(size_t n)
{
	struct nat_rule *r = calloc(n + 1, sizeof *r);

	for (size_t i = 0; r && i <= n; i++) {
		r[i] = (struct nat_rule){.order = (uint32_t)i, .line = i + 1, .kind = NAT_STATIC,
		    .to = NAT_TO_ADDRESSES, .real_if = "in", .mapped_if = "out",
		    .dest_mapped = {0, UINT32_MAX}, .dest_real = {0, UINT32_MAX}};
		r[i].real.first = r[i].real.last = 0x0a000100 + (uint32_t)i;
		r[i].mapped.first = r[i].mapped.last = 0xcb000100 + (uint32_t)i;
	}
	return r;
}

/* The last one moves into the middle. */
static void insert(struct nat_rule *r, size_t n)
{
	struct nat_rule last = r[n];

	memmove(r + n / 2 + 1, r + n / 2, (n - n / 2) * sizeof *r);
	r[n / 2] = last;
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? (size_t)atoi(argv[1]) : 1000;
	struct nft_nat_table *t = nft_nat_table_new();
	FILE *nowhere = fopen("/dev/null", "w"), *all = argc == 2 ? stdout : nowhere;
	FILE *one = argc > 2 ? stdout : nowhere;
	struct nat_rule *r = hosts(n);
	double start = now_us(), middle;

	if (!t || !nowhere || !r)
		return EXIT_FAILURE;
	fputs("add table inet gatehouse\n", all);
	nft_nat_table_fresh(t, all);
	nft_nat_table_change(t, r, n, &nat, all);
	nft_nat_table_done(t, true);
	middle = now_us();
	insert(r, n);
	nft_nat_table_change(t, r, n + 1, &nat, one);
	if (argc == 1)
		printf("%zu NAT rules as text %*s%.0f us, one more in the middle %.0f us\n", n, 20,
		    "", middle - start, now_us() - middle);
	nft_nat_table_free(t);
	free(r);
	return EXIT_SUCCESS;
}
