/* struct nft_table: its parts, put together. */
#include "engine/firewall/nft_table.h"

#include <stdlib.h>

#include "engine/firewall/nft_name.h"

#define REMOVAL "add table inet " NFT_TABLE "\ndelete table inet " NFT_TABLE "\n"

static void forget(struct nft_table *t)
{
	nft_filter_forget(&t->filter);
	t->written = false;
}

char *nft_table_change(struct nft_table *t, const struct firewall *f, const struct nft_nat *nat)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);
	bool ok;

	if (!to)
		return NULL;
	if (!t->nat)
		t->nat = nft_nat_table_new();
	if (!t->written)
		fputs(REMOVAL "add table inet " NFT_TABLE "\n", to);
	if (!t->written && t->nat)
		nft_nat_table_fresh(t->nat, to);
	ok = t->nat && nft_filter_change(&t->filter, f, nat->tun, to) &&
	     nft_nat_table_change(t->nat, f->nat, f->n_nat, nat, to);
	if (fclose(to) != 0 || !ok) {
		free(text);
		return NULL;
	}
	return text;
}

void nft_table_done(struct nft_table *t, bool taken)
{
	if (t->nat)
		nft_nat_table_done(t->nat, taken);
	if (!taken) {
		forget(t);
		return;
	}
	nft_filter_taken(&t->filter);
	t->written = true;
}

bool nft_table_moves(const struct nft_table *t)
{
	for (size_t i = 0; i < t->filter.n; i++)
		if (t->filter.list[i]->moves)
			return true;
	return false;
}

const char *nft_table_removal(void)
{
	return REMOVAL;
}

void nft_table_fini(struct nft_table *t)
{
	nft_filter_fini(&t->filter);
	nft_nat_table_free(t->nat);
	*t = (struct nft_table){0};
}
