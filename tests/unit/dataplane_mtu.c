/*
 * No outer packet is ever longer than the outside interface's MTU, and the
 * longest inner packet fills it as far as the cipher's blocks allow: for every
 * cipher, hash, encapsulation, header and MTU, and after each change of them.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/dataplane.h"
#include "engine/dataplane/ip.h"
#include "engine/ipsec/mtu.h"
#include "engine/net/packet.h"
#include "tests/support/env_sim.h"
#include "tests/support/one_crypto.h"

enum { PEER = 7, SESSION = 200, CLIENT = 0x0a000002, SERVER = 0x0a000001, BIG = 3500 };

struct fixture {
	struct sim sim;
	struct dataplane *dp;
	struct dp_session session;
	size_t wire[64], n_wire; /* whole outer IP packets */
	uint8_t tun[2048];       /* the last packet to the inside */
	size_t n_tun;
};

static struct fixture f;

static void on_wire(void *arg, const struct path *path, bool udp, const uint8_t *esp, size_t len)
{
	(void)arg, (void)path, (void)esp;
	ck_assert_uint_lt(f.n_wire, sizeof f.wire / sizeof *f.wire);
	f.wire[f.n_wire++] = 20u + (udp ? 8u : 0u) + len;
}

static void on_tun(void *arg, const uint8_t *ip, size_t len)
{
	(void)arg;
	ck_assert_uint_le(len, sizeof f.tun);
	memcpy(f.tun, ip, len);
	f.n_tun++;
}

static void setup(void)
{
	static const struct dp_ops ops;
	const struct dp_output output = {on_wire, on_tun, &f};

	memset(&f, 0, sizeof f);
	sim_init(&f.sim, 1, NULL, NULL);
	f.dp = dp_create_inline(&f.sim.env, one_crypto(), &output, &ops, &f);
	f.session = (struct dp_session){.peer = PEER,
	    .tunnel = 1,
	    .session = SESSION,
	    .remote_tunnel = 1,
	    .remote_session = 2,
	    .local_port = 1701,
	    .remote_port = 1701,
	    .open = true,
	    .client = addr_v4(CLIENT),
	    .mtu = 4000};
}

static void teardown(void)
{
	dp_destroy(f.dp);
	sim_fini(&f.sim);
}

static uint32_t install(enum cipher cipher, enum hash auth, bool transport, bool udp)
{
	const struct path path = {{addr_v4(0xac100102), 4500}, {addr_v4(0xcb007101), 40000}};
	struct child c = {.cipher = cipher,
	    .auth = auth,
	    .transport = transport,
	    .udp_encap = udp,
	    .spi_in = dp_spi_reserve(f.dp, PEER),
	    .spi_out = 0x12345678,
	    .local.addr = path.local.addr,
	    .remote.addr = path.remote.addr};

	ck_assert(dp_sa_inbound(f.dp, PEER, &path, &c, 64));
	ck_assert(dp_sa_outbound(f.dp, PEER, &c));
	ck_assert(dp_peer_use(f.dp, PEER, c.spi_in));
	return c.spi_in;
}

static bool fit(uint32_t mtu)
{
	return dp_peer_fit(f.dp, PEER, &(struct dp_fit){.mtu = mtu});
}

static void from_inside(size_t len, uint16_t flags)
{
	static uint8_t ip[BIG];
	struct wr w = wr_init(ip, sizeof ip);

	f.n_wire = f.n_tun = 0;
	ipv4_header(&w, IPPROTO_UDP, SERVER, CLIENT, 0, 1, len - IP_HEADER);
	ip[6] = (uint8_t)(flags >> 8);
	dp_tun(f.dp, ip, len);
}

/* What the gateway tells a sender of too long packets. */
static uint16_t told_mtu(void)
{
	struct rd r;

	from_inside(BIG, IP_DF);
	ck_assert_uint_eq(f.n_wire, 0);
	ck_assert_uint_eq(f.n_tun, 1);
	r = rd_init(f.tun, sizeof f.tun);
	rd_skip(&r, IP_HEADER);
	ck_assert_uint_eq(rd_u16(&r), 0x0304);
	rd_skip(&r, 4);
	return rd_u16(&r);
}

/* The whole of the promise, for what is installed now. */
static void promise(uint32_t mtu, enum cipher c)
{
	size_t block = cipher_info[c].block < 4 ? 4 : cipher_info[c].block;
	uint16_t inner = told_mtu();

	from_inside(inner, IP_DF);
	ck_assert_uint_eq(f.n_wire, 1);
	ck_assert_uint_eq(f.n_tun, 0);
	ck_assert_uint_le(f.wire[0], mtu);
	ck_assert_uint_gt(f.wire[0] + block, mtu);
	from_inside(inner + 1u, IP_DF);
	ck_assert_uint_eq(f.n_wire, 0);
	ck_assert_uint_eq(f.n_tun, 1);
	from_inside(BIG, 0);
	ck_assert_uint_eq(f.n_wire, (BIG - IP_HEADER - 1) / ((inner - IP_HEADER) / 8u * 8) + 1);
	for (size_t i = 0; i < f.n_wire; i++)
		ck_assert_uint_le(f.wire[i], mtu);
}

START_TEST(every_suite)
{
	static const uint32_t mtus[] = {576, 1280, 1400, 1492, 1499, 1500};

	install(CIPHER_AES128, HASH_SHA1, true, true);
	ck_assert(dp_session_add(f.dp, &f.session));
	for (int c = 0; c < CIPHER_COUNT; c++)
		for (int h = HASH_MD5; h < HASH_COUNT; h++)
			for (int how = 0; how < 32; how++) {
				uint32_t spi = install(
				    (enum cipher)c, (enum hash)h, how & 1, how & 2);

				f.session.pfc = how & 4;
				f.session.acfc = how & 8;
				f.session.sequencing = how & 16;
				ck_assert(dp_session_change(f.dp, &f.session));
				for (size_t m = 0; m < sizeof mtus / sizeof *mtus; m++) {
					ck_assert(fit(mtus[m]));
					promise(mtus[m], (enum cipher)c);
				}
				ck_assert(dp_sa_remove(f.dp, spi));
				dp_poll(f.dp);
			}
}
END_TEST

/* A rekey with another cipher, the loss of that pair, a narrower link, a client's own MRU. */
START_TEST(follows_changes)
{
	uint32_t second;
	uint16_t wide, narrow;

	install(CIPHER_3DES, HASH_SHA1, true, false);
	ck_assert(dp_session_add(f.dp, &f.session));
	wide = told_mtu();
	promise(1500, CIPHER_3DES);
	second = install(CIPHER_AES256, HASH_SHA512, true, true);
	narrow = told_mtu();
	ck_assert_uint_eq(narrow, 1386);
	promise(1500, CIPHER_AES256);
	ck_assert_uint_eq(wide, 1426);
	ck_assert(fit(1300));
	promise(1300, CIPHER_AES256);
	ck_assert(dp_sa_remove(f.dp, second));
	promise(1300, CIPHER_3DES);
	ck_assert(fit(1500));
	ck_assert_uint_eq(told_mtu(), wide);
	f.session.mtu = 1000;
	ck_assert(dp_session_change(f.dp, &f.session));
	ck_assert_uint_eq(told_mtu(), 1000);
	ck_assert(fit(20)); /* absurd: every link carries 68 bytes */
	ck_assert_uint_eq(told_mtu(), MTU_LEAST);
}
END_TEST

static uint64_t with_df(void)
{
	struct dp_stats s;

	dp_get_stats(f.dp, &s);
	return s.tx_df;
}

static struct dp_sa_counters out(uint32_t spi)
{
	struct dp_sa_counters in, o;

	ck_assert(dp_sa_counters(f.dp, spi, &in, &o));
	return o;
}

/* What becomes of a packet, by `crypto ipsec df-bit` and `fragmentation`: how many leave, how many
 * of them with DF, is its sender told that it is too big? */
static const struct {
	enum dp_df df;
	bool after;
	bool fits, has_df; /* the packet */
	unsigned leave, with_df, told;
} POLICY[] = {
    {DP_DF_COPY, false, true, false, 1, 0, 0},
    {DP_DF_COPY, false, true, true, 1, 1, 0},
    {DP_DF_COPY, false, false, false, 2, 0, 0},
    {DP_DF_COPY, false, false, true, 0, 0, 1},
    {DP_DF_COPY, true, true, true, 1, 1, 0},
    {DP_DF_COPY, true, false, false, 1, 0, 0},
    {DP_DF_COPY, true, false, true, 0, 0, 1},
    {DP_DF_CLEAR, false, true, true, 1, 0, 0},
    {DP_DF_CLEAR, false, false, false, 2, 0, 0},
    {DP_DF_CLEAR, false, false, true, 2, 0, 0},
    {DP_DF_CLEAR, true, true, true, 1, 0, 0},
    {DP_DF_CLEAR, true, false, true, 1, 0, 0},
    {DP_DF_SET, false, true, false, 1, 1, 0},
    {DP_DF_SET, false, false, false, 2, 2, 0},
    {DP_DF_SET, false, false, true, 0, 0, 1},
    {DP_DF_SET, true, false, false, 2, 2, 0},
};

START_TEST(policies)
{
	uint32_t spi = install(CIPHER_AES256, HASH_SHA512, true, true);
	uint64_t df_before;
	struct dp_sa_counters before, now;

	f.session.mtu = 1500;
	ck_assert(dp_session_add(f.dp, &f.session));
	ck_assert(dp_peer_fit(f.dp, PEER,
	    &(struct dp_fit){.mtu = 1500, .df = POLICY[_i].df, .after = POLICY[_i].after}));
	df_before = with_df();
	before = out(spi);
	from_inside(POLICY[_i].fits ? 1386 : 1387, POLICY[_i].has_df ? IP_DF : 0);
	now = out(spi);
	ck_assert_uint_eq(f.n_wire, POLICY[_i].leave);
	ck_assert_uint_eq(with_df() - df_before, POLICY[_i].with_df);
	ck_assert_uint_eq(f.n_tun, POLICY[_i].told);
	ck_assert_uint_eq(now.too_big - before.too_big, POLICY[_i].told);
	ck_assert_uint_eq(now.cut - before.cut, !POLICY[_i].fits && !POLICY[_i].told);
	ck_assert_uint_eq(now.pieces - before.pieces, POLICY[_i].leave > 1 ? 2 : 0);
}
END_TEST

/* What is longer than the client takes is cut in any case. */
START_TEST(longer_than_the_client_takes)
{
	install(CIPHER_AES256, HASH_SHA512, true, true);
	f.session.mtu = 1400;
	ck_assert(dp_session_add(f.dp, &f.session));
	ck_assert(dp_peer_fit(
	    f.dp, PEER, &(struct dp_fit){.mtu = 1500, .df = DP_DF_CLEAR, .after = true}));
	from_inside(1400, IP_DF);
	ck_assert_uint_eq(f.n_wire, 1);
	from_inside(1401, IP_DF);
	ck_assert_uint_eq(f.n_wire, 2);
	for (size_t i = 0; i < 2; i++)
		ck_assert_uint_le(f.wire[i], 1500);
}
END_TEST

/* TCP is told before it tries: by what fits, or by `sysopt connection tcpmss` if that is less. */
START_TEST(segments)
{
	static const uint8_t syn[24] = {
	    [12] = 0x60, [13] = 2, [20] = 2, [21] = 4, [22] = 0x23, [23] = 0};
	static const uint16_t limits[] = {0, 1380, 1300};
	uint8_t ip[64];

	install(CIPHER_AES256, HASH_SHA512, true, true);
	ck_assert(dp_session_add(f.dp, &f.session));
	for (size_t i = 0; i < 3; i++) {
		uint16_t want = limits[i] == 1300 ? 1300 : (uint16_t)(told_mtu() - 40);
		struct wr w = wr_init(ip, sizeof ip);
		struct rd r;
		uint8_t seen[2048];

		f.session.mss = limits[i];
		ck_assert(dp_session_change(f.dp, &f.session));
		ipv4_header(&w, IPPROTO_TCP, CLIENT, SERVER, 0, 1, sizeof syn);
		wr_bytes(&w, syn, sizeof syn);
		/* The refusal quotes the packet as it would have left: made too long by its total
		 * length. */
		memcpy(seen, ip, wr_len(&w));
		memset(seen + wr_len(&w), 0, sizeof seen - wr_len(&w));
		seen[2] = 0x07;
		seen[3] = 0xd0;
		seen[6] = 0x40;
		memcpy(seen + 12, "\x0a\x00\x00\x01\x0a\x00\x00\x02", 8);
		f.n_tun = 0;
		dp_tun(f.dp, seen, 2000);
		ck_assert_uint_eq(f.n_tun, 1);
		r = rd_init(f.tun, sizeof f.tun);
		rd_skip(&r, IP_HEADER + 8 + IP_HEADER + 22);
		ck_assert_uint_eq(rd_u16(&r), want);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_mtu");
	TCase *tc = tcase_create("mtu");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, every_suite);
	tcase_add_test(tc, follows_changes);
	tcase_add_loop_test(tc, policies, 0, (int)(sizeof POLICY / sizeof *POLICY));
	tcase_add_test(tc, longer_than_the_client_takes);
	tcase_add_test(tc, segments);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
