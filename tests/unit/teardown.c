/*
 * Every way in which a connection ends, from either side and after each of the
 * datagrams that make it. After each step all tables are consistent; at the end
 * nothing is left: no object, no timer, no route, no address, and not one
 * allocation more than before. One engine lives through all of it.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/consistent.h"
#include "tests/support/world.h"

/* ---- allocations ---------------------------------------------------------------------- */

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
static long allocated(void)
{
	return 0; /* LeakSanitizer counts at the end */
}
#else
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

static _Atomic long live;

static long allocated(void)
{
	return live;
}

void *malloc(size_t n)
{
	void *p = __libc_malloc(n);

	live += p != NULL;
	return p;
}

void *calloc(size_t n, size_t size)
{
	void *p = __libc_calloc(n, size);

	live += p != NULL;
	return p;
}

void *realloc(void *old, size_t n)
{
	void *p = __libc_realloc(old, n);

	live += (old == NULL && p != NULL) - (old != NULL && p == NULL && n == 0);
	return p;
}

void *aligned_alloc(size_t align, size_t n)
{
	void *p = __libc_memalign(align, n);

	live += p != NULL;
	return p;
}

int posix_memalign(void **to, size_t align, size_t n)
{
	*to = aligned_alloc(align, n);
	return *to ? 0 : ENOMEM;
}

void free(void *p)
{
	live -= p != NULL;
	__libc_free(p);
}
#endif

/* ---- the endings ------------------------------------------------------------------------- */

static struct world *w;
static struct world_client *c;

static void say(void (*build)(struct ike_initiator *, struct initiator_message *))
{
	struct initiator_message m;

	if (c->expect < 7) /* he has no keys yet */
		return;
	build(&c->ike, &m);
	client_say(c, &m);
	sim_run(&w->sim, 10 * MSEC);
	gateway_consistent(w->gw, w->routes);
}

static void contact(struct ike_initiator *i, struct initiator_message *m)
{
	initiator_contact(i, m);
}

static void delete_child(struct ike_initiator *i, struct initiator_message *m)
{
	initiator_delete_child(i, c->tunnel.spi_in, m);
}

static void delete_phase1(struct ike_initiator *i, struct initiator_message *m)
{
	initiator_delete_sa(i, m);
}

static void falls_silent(void)
{
	client_vanish(c);
}

static void deletes_esp(void)
{
	say(delete_child);
	client_vanish(c);
}

static void deletes_ike(void)
{
	say(delete_phase1);
	client_vanish(c);
}

static void deletes_both(void)
{
	say(delete_child);
	say(delete_phase1);
	client_vanish(c);
}

static void deletes_both_the_other_way_round(void)
{
	say(delete_phase1);
	say(delete_child);
	client_vanish(c);
}

static void hangs_up(void)
{
	if (c->lac)
		lac_hangup(c->lac);
	sim_run(&w->sim, SEC);
	gateway_consistent(w->gw, w->routes);
	client_vanish(c);
}

static void says_contact(void)
{
	say(contact);
	client_vanish(c);
}

static void dials_again(void)
{
	if (c->lac)
		lac_vanish(c->lac);
	client_renew(c);
	sim_run(&w->sim, SEC);
	gateway_consistent(w->gw, w->routes);
	client_vanish(c);
}

static void dials_again_with_contact(void)
{
	c->ike.initial_contact = true;
	dials_again();
}

static void rekeys(void)
{
	if (c->expect < 7)
		return;
	client_rekey(c);
	sim_run(&w->sim, SEC);
	gateway_consistent(w->gw, w->routes);
	sim_run(&w->sim, 31 * SEC);
	gateway_consistent(w->gw, w->routes);
	if (c->stage == CLIENT_UP)
		ck_assert(client_send(c, 0x0a0a0a0a));
	sim_run(&w->sim, 2 * SEC);
	gateway_consistent(w->gw, w->routes);
	client_vanish(c);
}

/* Quick modes without end, more than one SA may have. */
static void begins_quick_modes(void)
{
	struct initiator_message m;
	struct initiator_qm q;

	for (int n = 0; c->expect >= 7 && n < 40; n++) {
		initiator_qm1(&c->ike, &q, &m);
		client_say(c, &m);
		sim_run(&w->sim, 10 * MSEC);
		gateway_consistent(w->gw, w->routes);
	}
	client_vanish(c);
}

static void renegotiates(void)
{
	if (c->lac)
		lac_renegotiate(c->lac);
	sim_run(&w->sim, 5 * MSEC);
	gateway_consistent(w->gw, w->routes);
	client_vanish(c);
}

static void stays(void)
{
}

static void ike_is_cleared(void)
{
	gateway_clear_ike(w->gw, &(struct addr){0});
}

static void ipsec_is_cleared(void)
{
	gateway_clear_ipsec(w->gw, "", "");
	gateway_consistent(w->gw, w->routes);
	sim_run(&w->sim, 6 * SEC);
	gateway_consistent(w->gw, w->routes);
	client_vanish(c);
}

static void is_logged_off(void)
{
	gateway_logoff(w->gw, "", "");
	gateway_consistent(w->gw, w->routes);
	sim_run(&w->sim, SEC);
	gateway_consistent(w->gw, w->routes);
	client_vanish(c);
}

static void all_is_shut_down(void)
{
	gateway_shutdown(w->gw, REASON_ADMIN_SHUTDOWN);
	client_vanish(c);
}

static void aaa_is_lost(void)
{
	gateway_auth_lost(w->gw);
	gateway_consistent(w->gw, w->routes);
	sim_run(&w->sim, 5 * SEC);
	gateway_consistent(w->gw, w->routes);
	client_vanish(c);
}

static void volume_is_used_up(void)
{
	if (c->has_tunnel)
		gateway_dp_ops.exhausted(w->gw, c->tunnel.spi_out, true);
	gateway_consistent(w->gw, w->routes);
	sim_run(&w->sim, 6 * SEC);
	client_vanish(c);
}

static void group_is_taken_away(void)
{
	world_without_tunnel_group(w);
}

static void transform_set_is_taken_away(void)
{
	world_config(w, MSG_CFG_TRANSFORM_SET, (struct ipc_msg){.cfg_transform_set = {CFG_DELETE,
	    "TRANS-ESP-3DES-SHA", "", "", ""}});
}

static void map_is_taken_away(void)
{
	world_config(w, MSG_CFG_CRYPTO_MAP_INTERFACE,
	    (struct ipc_msg){.cfg_crypto_map_interface = {CFG_DELETE, "outside", "outside_map"}});
}

static void pool_is_taken_away(void)
{
	world_config(w, MSG_CFG_POOL,
	    (struct ipc_msg){.cfg_pool = {CFG_DELETE, "Address-pool", {0, 0}, addr_v4(0)}});
}

static const struct {
	const char *name;
	void (*end)(void);
	bool no_answers;
} endings[] = {
    {"falls silent", falls_silent, false},
    {"deletes ESP", deletes_esp, false},
    {"deletes IKE", deletes_ike, false},
    {"deletes ESP, then IKE", deletes_both, false},
    {"deletes IKE, then ESP", deletes_both_the_other_way_round, false},
    {"hangs up", hangs_up, false},
    {"says INITIAL-CONTACT", says_contact, false},
    {"dials again", dials_again, false},
    {"dials again with INITIAL-CONTACT", dials_again_with_contact, false},
    {"rekeys", rekeys, false},
    {"begins quick modes", begins_quick_modes, false},
    {"opens LCP again", renegotiates, false},
    {"stays until it is idle", stays, false},
    {"clear crypto ikev1 sa", ike_is_cleared, false},
    {"clear crypto ipsec sa", ipsec_is_cleared, false},
    {"vpn-sessiondb logoff", is_logged_off, false},
    {"shutdown", all_is_shut_down, false},
    {"the login server is lost", aaa_is_lost, false},
    {"the login server never answers", stays, true},
    {"the login server is lost while it is asked", aaa_is_lost, true},
    {"kilobytes are used up", volume_is_used_up, false},
    {"no tunnel group", group_is_taken_away, false},
    {"no transform set", transform_set_is_taken_away, false},
    {"no crypto map", map_is_taken_away, false},
    {"no pool", pool_is_taken_away, false},
};
#define N_ENDINGS (sizeof endings / sizeof *endings)

/* ---- the walk ------------------------------------------------------------------------------ */

/* How the walk is done: behind a NAT or not, and how long Diffie-Hellman takes. */
static const struct manner {
	bool nat;
	uint64_t job_time;
} manners[] = {{false, 0}, {true, 0}, {true, 20 * MSEC}};

/* A client of its own address, which has said so many datagrams; false when there are no more. */
static bool client_at(const struct manner *m, unsigned said)
{
	bool nat = m->nat;

	c = world_client(w, nat);
	c->ike.dpd = true;
	c->ike.pfs = m->job_time ? 2 : 0;
	if (!nat) {
		c->ike.path.local.addr = addr_v4(0x0a020000 + (uint32_t)w->n_clients);
		c->outer500.addr = c->outer4500.addr = c->ike.path.local.addr;
	}
	client_connect(c);
	for (unsigned ms = 0, seen = 0; ms < 2000 && c->said < said; ms++) {
		sim_run(&w->sim, MSEC);
		if (c->said != seen)
			gateway_consistent(w->gw, w->routes);
		seen = c->said;
	}
	if (m->job_time) /* it has arrived, and what it began is still to be done */
		sim_run(&w->sim, m->job_time / 2);
	return c->said >= said;
}

static void all_is_over(void)
{
	static const unsigned pause[] = {1, 1, 8, 21, 30, 60, 120, 120, 1200, 3600};

	for (size_t i = 0; i < sizeof pause / sizeof *pause; i++) {
		sim_run(&w->sim, pause[i] * SEC);
		gateway_consistent(w->gw, w->routes);
	}
	client_vanish(c);
	sim_run(&w->sim, 28800 * SEC); /* the lifetime of phase 1 */
	gateway_is_empty(w->gw);
	client_forget(c);
}

static void walk(int ending, const struct manner *m)
{
	long before;
	unsigned said;

	w->sim.job_time = m->job_time;
	client_at(m, 100);
	all_is_over(); /* what is made once is there now */
	w->no_answers = endings[ending].no_answers;
	before = allocated();
	for (said = 1; client_at(m, said); said++) {
		endings[ending].end();
		gateway_consistent(w->gw, w->routes);
		all_is_over();
		gateway_clear_failures(w->gw); /* what is told of it */
		world_guide(w);
		ck_assert_msg(allocated() == before,
		    "%s after %u datagrams: %ld allocations are left", endings[ending].name, said,
		    allocated() - before);
	}
	ck_assert_uint_gt(said, endings[ending].no_answers ? 12 : 20);
	client_vanish(c);
	all_is_over();
}

START_TEST(leaves_nothing)
{
	for (size_t m = 0; m < sizeof manners / sizeof *manners; m++) {
		w = world_create(5);
		walk(_i, &manners[m]);
		world_destroy(w);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("teardown");
	TCase *tc = tcase_create("teardown");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, leaves_nothing, 0, N_ENDINGS);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
