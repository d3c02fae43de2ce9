/*
 * IKE datagrams. The first byte chooses how far a scripted client gets before
 * the input arrives, and whether the input is a datagram as it is, one with the
 * right cookies, or the inside of a message encrypted and hashed with the right keys.
 * Diffie-Hellman is a double's.
 */
#include <string.h>

#include "engine/ike/codec.h"
#include "engine/ike/context.h"
#include "tests/fuzz/fast_dh.h"
#include "tests/support/ike_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);

/* What was freed comes back sooner: fresh pages cost much of an input's time. */
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=8:thread_local_quarantine_size_kb=256:malloc_context_size=8";
}

static struct ike_world w;
static struct ike_initiator i;
static struct initiator_message msg;
static struct initiator_qm q;
static struct path path;

/* ---- the client ---------------------------------------------------------------------------- */

static void ask(void)
{
	w.n_sent = 0;
	ike_receive(w.ike, &path, msg.b, msg.len);
}

/* Message by message; stops after `stage` of them. */
static void play(unsigned stage)
{
	initiator_init(&i, w.crypto, stage);
	i.path.local = path.remote;
	i.path.remote = path.local;
	i.dpd = true;
	for (unsigned n = 0; n < stage; n++) {
		switch (n) {
		case 0:
			initiator_mm1(&i, &msg);
			ask();
			initiator_mm2(&i, w.sent[0].b, w.sent[0].len);
			break;
		case 1:
			initiator_mm3(&i, &msg);
			ask();
			initiator_mm4(&i, w.sent[0].b, w.sent[0].len);
			break;
		case 2:
			initiator_mm5(&i, &msg);
			ask();
			initiator_mm6(&i, w.sent[0].b, w.sent[0].len);
			break;
		default:
			initiator_qm1(&i, &q, &msg);
			ask();
			initiator_qm2(&i, &q, w.sent[0].b, w.sent[0].len);
			break;
		}
	}
}

/* The same in aggressive mode; the first message alone proves nothing. */
static void play_aggressive(unsigned stage)
{
	initiator_init(&i, w.crypto, stage);
	i.path.local = path.remote;
	i.path.remote = path.local;
	i.n_p1 = 1;
	i.p1[0].cipher = CIPHER_3DES;
	i.p1[0].hash = HASH_SHA1;
	i.p1[0].group = 2;
	if (stage == 0)
		return;
	initiator_am1(&i, &msg);
	ask();
	initiator_am2(&i, w.sent[0].b, w.sent[0].len);
	if (stage < 3)
		return;
	initiator_am3(&i, stage == 3, &msg);
	ask();
}

/* Message 1 of aggressive mode with bytes of it changed. */
static void bent(const uint8_t *data, size_t size)
{
	initiator_am1(&i, &msg);
	for (size_t k = 0; k + 2 < size; k += 3) {
		size_t at = (size_t)(data[k] << 8 | data[k + 1]) % msg.len;

		msg.b[at] = data[k + 2];
	}
}

/* The input as a message in pieces of lengths that it says, in an order that it says. */
static void in_pieces(const uint8_t *data, size_t size)
{
	if (size < 2)
		return;

	unsigned n = data[0] % 40 + 1;
	size_t step = size / n + 1;

	for (unsigned k = 0; k < n; k++) {
		unsigned number = (k * (data[0] | 1U)) % n + 1;
		size_t at = (number - 1) * step, len = at < size ? size - at : 0;
		struct wr wr = wr_init(msg.b, sizeof msg.b);

		len = len < step ? len : step;
		wr_bytes(&wr, i.cky_i, COOKIE_LEN);
		wr_bytes(&wr, i.cky_r, COOKIE_LEN);
		wr_u8(&wr, PAY_FRAGMENT);
		wr_u8(&wr, ISAKMP_VERSION);
		wr_u8(&wr, XCHG_MAIN);
		wr_u8(&wr, 0);
		wr_u32(&wr, 0);
		wr_u32(&wr, (uint32_t)(ISAKMP_HEADER_LEN + 8 + len));
		wr_u16(&wr, 0);
		wr_u16(&wr, (unsigned)(8 + len));
		wr_u16(&wr, data[1]);
		wr_u8(&wr, (uint8_t)number);
		wr_u8(&wr, number == n);
		wr_bytes(&wr, data + (len ? at : 0), len);
		msg.len = wr_len(&wr);
		ask();
	}
}

/* The input as the payloads behind a good HASH(1). */
static void sealed(const uint8_t *data, size_t size, uint8_t exchange, uint8_t first)
{
	static const uint8_t spare[7];
	uint8_t hash[CRYPTO_HASH_MAX] = {0}, iv[CRYPTO_BLOCK_MAX];
	struct chunk rest = {data, size};
	struct wr wr = wr_init(msg.b, sizeof msg.b);

	keymat_hash1(w.crypto, &i.keys, 77, rest, hash);
	wr_bytes(&wr, i.cky_i, COOKIE_LEN);
	wr_bytes(&wr, i.cky_r, COOKIE_LEN);
	wr_u8(&wr, PAY_HASH);
	wr_u8(&wr, ISAKMP_VERSION);
	wr_u8(&wr, exchange);
	wr_u8(&wr, FLAG_ENCRYPTED);
	wr_u32(&wr, 77);
	wr_u32(&wr, 0);
	wr_u8(&wr, first);
	wr_u8(&wr, 0);
	wr_u16(&wr, 4 + 20);
	wr_bytes(&wr, hash, 20);
	wr_bytes(&wr, data, size);
	wr_bytes(&wr, spare, (8 - (wr_len(&wr) - ISAKMP_HEADER_LEN) % 8) % 8);
	wr_patch32(&wr, 24, (uint32_t)wr_len(&wr));
	msg.len = wr_len(&wr);
	keymat_iv_phase2(w.crypto, &i.keys, 77, iv);
	keymat_crypt(w.crypto, &i.keys, true, iv, msg.b + ISAKMP_HEADER_LEN,
	    msg.len - ISAKMP_HEADER_LEN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ike_sa *sa;
	unsigned stage, how;

	if (size < 2 || size > 1400)
		return 0;
	if (!w.ike) {
		ike_world_init(&w, 1);
		path.local.port = path.remote.port = 500;
		addr_parse("172.16.1.2", &path.local.addr);
		addr_parse("10.1.1.2", &path.remote.addr);
	}
	stage = data[0] % 5;
	how = data[0] / 5 % 4;
	w.config.isakmp.am_disable = data[0] < 200;
	w.ike->second.since -= SEC; /* no input waits for it to be over */
	if (data[0] < 200)
		play(stage);
	else
		play_aggressive(stage);
	if (data[0] >= 100 && data[0] < 120) {
		in_pieces(data + 1, size - 1);
	} else if (data[0] >= 200 && stage == 0) {
		bent(data + 1, size - 1);
	} else if (how >= 2 && stage >= 3) {
		sealed(data + 2, size - 2, how == 2 ? XCHG_QUICK : XCHG_INFORMATIONAL, data[1]);
	} else {
		msg.len = size - 1;
		memcpy(msg.b, data + 1, msg.len);
		if (how == 1 && msg.len >= ISAKMP_HEADER_LEN) {
			struct wr wr = wr_init(msg.b, msg.len);

			wr_bytes(&wr, i.cky_i, COOKIE_LEN);
			wr_bytes(&wr, i.cky_r, COOKIE_LEN);
			wr.p = wr.end;
			wr_patch32(&wr, 24, (uint32_t)msg.len);
		}
	}
	ask();
	ask();
	while ((sa = ike_sa_next(w.ike, NULL)) != NULL)
		ike_sa_delete(w.ike, sa, REASON_ADMIN_RESET);
	return 0;
}
