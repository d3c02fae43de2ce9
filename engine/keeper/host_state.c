/* Owns the ledger `host` of the state directory; its title names the boot and the network
 * namespace. */
#include "engine/keeper/host_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/keeper/ledger.h"

struct host_state {
	struct ledger *ledger;
};

static void make_title(char *title, size_t size)
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
	struct stat st = {0};
	char boot[64] = "";

	if (f && !fgets(boot, sizeof boot, f))
		boot[0] = 0;
	if (f)
		fclose(f);
	boot[strcspn(boot, "\n")] = 0;
	(void)stat("/proc/thread-self/ns/net", &st);
	snprintf(title, size, "# what the host had; boot %s, network namespace %llu", boot,
	    (unsigned long long)st.st_ino);
}

struct host_state *host_state_open(const char *dir)
{
	struct host_state *h = calloc(1, sizeof *h);
	char title[160];

	if (!h)
		return NULL;
	make_title(title, sizeof title);
	h->ledger = ledger_open(dir, "host", title);
	if (!h->ledger) {
		free(h);
		return NULL;
	}
	return h;
}

void host_state_close(struct host_state *h)
{
	if (!h)
		return;
	ledger_close(h->ledger);
	free(h);
}

int host_state_remember(struct host_state *h, const char *key, const char *value)
{
	int error;

	if (ledger_get(h->ledger, key))
		return 0;
	error = ledger_put(h->ledger, key, value);
	return error ? error : ledger_save(h->ledger);
}

const char *host_state_get(const struct host_state *h, const char *key)
{
	return ledger_get(h->ledger, key);
}

void host_state_forget(struct host_state *h, const char *key)
{
	/* When it cannot be written the fact stays: put back twice does no harm. */
	if (ledger_put(h->ledger, key, NULL) == 0)
		(void)ledger_save(h->ledger);
}

void host_state_each(struct host_state *h, const char *prefix,
    void (*each)(void *arg, const char *key, const char *value), void *arg)
{
	const char *key;
	char *k, *v;

	for (size_t i = 0; (key = ledger_key(h->ledger, i));) {
		if (strncmp(key, prefix, strlen(prefix)) != 0) {
			i++;
			continue;
		}
		k = strdup(key);
		v = strdup(ledger_value(h->ledger, i));
		if (k && v)
			each(arg, k, v);
		/* The next one has moved here when this one was forgotten. */
		i += !k || (ledger_key(h->ledger, i) && !strcmp(ledger_key(h->ledger, i), k));
		free(k);
		free(v);
	}
}
