/*
 * What each back end of bulk cryptography takes to start, and what choosing among them takes: every
 * worker of the packet path does it once, before the appliance says that it is ready. Thread CPU
 * time, the best of a few runs.
 */
#include <stdio.h>
#include <time.h>

#include "engine/ipsec/crypt.h"
#include "tests/support/one_crypto.h"

#define RUNS 5

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Milliseconds; negative: this processor cannot. */
static double start(enum crypt_way way)
{
	double best = -1;

	for (int i = 0; i < RUNS; i++) {
		double from = cpu_now(), took;
		struct crypt *c = crypt_create(one_crypto(), way);

		took = cpu_now() - from;
		if (!c)
			return -1;
		crypt_destroy(c);
		best = i && best < took ? best : took;
	}
	return best;
}

int main(void)
{
	for (enum crypt_way w = CRYPT_MEASURED; w < CRYPT_WAYS; w++) {
		const char *name = w == CRYPT_MEASURED ? "all, measured" : crypt_way_name[w];
		double took = start(w);

		if (took < 0)
			printf("start of crypto: %-25s not on this processor\n", name);
		else
			printf("start of crypto: %-25s %6.2f ms%s\n", name, took,
			    w == CRYPT_MEASURED ? "                      aim 15" : "");
	}
	return 0;
}
