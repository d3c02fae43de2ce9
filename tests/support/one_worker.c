#include <check.h>
#include <stdlib.h>

#include "tests/support/one_crypto.h"
#include "tests/support/one_worker.h"

struct child one_worker_child(void)
{
	return (struct child){.cipher = CIPHER_3DES, .auth = HASH_SHA1, .transport = true};
}

void one_worker_open(struct one_worker *w)
{
	static const uint8_t seed[16] = {1};
	static struct worker *all[1];

	sim_init(&w->sim, 1, NULL, NULL);
	w->worker = all[0] = worker_create(&(struct worker_start){
	    .crypto = one_crypto(), .way = CRYPT_OPENSSL, .seed = seed, .all = all});
	ck_assert_ptr_nonnull(w->worker);
}

void one_worker_close(struct one_worker *w)
{
	tables_clear(&w->worker->tables);
	worker_destroy(w->worker);
	sim_fini(&w->sim);
}

struct dp_sa *one_worker_pair(
    struct one_worker *w, const struct child *like, uint32_t spi, uint32_t peer)
{
	struct child child = *like;
	struct dp_sa *sa;

	child.spi_in = spi;
	sa = pair_create(w->worker->crypt, peer, &child, 64);
	ck_assert_ptr_nonnull(sa);
	return sa;
}

struct dp_sa *one_worker_add(struct one_worker *w, uint32_t spi, uint32_t peer, bool sends)
{
	static const struct path path;
	struct child child = one_worker_child();
	struct dp_sa *sa = one_worker_pair(w, &child, spi, peer);
	struct dp_peer *spare = calloc(1, sizeof *spare);
	struct tables *tables = &w->worker->tables;

	spare->object.kind = OBJECT_PEER;
	tables_sa_add(tables, sa, spare, &path);
	if (sends)
		tables_sa_outbound(tables, spi,
		    crypt_key_create(w->worker->crypt, child.cipher, child.auth, child.enc_out,
			child.auth_out, true),
		    spi + 1);
	return sa;
}

unsigned one_worker_dead(struct one_worker *w)
{
	struct object *o = outbox_dead(&w->worker->outbox), *next;
	unsigned n = 0;

	for (; o; o = next, n++) {
		next = o->next;
		if (o->kind == OBJECT_SA)
			pair_free(container_of(o, struct dp_sa, object));
		else if (o->kind == OBJECT_PEER)
			free(container_of(o, struct dp_peer, object));
		else if (o->kind == OBJECT_FILTER)
			free(container_of(o, struct dp_filter, object));
		else
			free(container_of(o, struct dp_link, object));
	}
	return n;
}

void one_worker_finish(struct one_worker *w)
{
	tables_clear(&w->worker->tables);
	one_worker_dead(w);
	ck_assert_ptr_null(chains_next(&w->worker->tables.peers, NULL));
}
