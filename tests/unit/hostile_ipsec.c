/*
 * A client that has logged in does to IKE and ESP what it can think of (attacks.h): garbage,
 * others' SPIs and SAs, storms of its own exchanges, ports that change, replays.
 */
#include <string.h>

#include "engine/ipsec/esp.h"
#include "tests/support/hostile/attacks.h"

static struct path outside(void)
{
	return (struct path){.local = {addr_v4(WORLD_SERVER), 4500}, .remote = attacker->outer4500};
}

static void esp_bytes(const uint8_t *b, size_t len)
{
	struct path p = outside();

	dp_input(attacker->w->dp, &p, true, b, len);
	dp_poll(attacker->w->dp);
}

/* Its SA around anything, of any next header. */
static void sealed(uint32_t spi, uint8_t next, const uint8_t *b, size_t len)
{
	struct esp_header h = {spi, ++attacker->tunnel.sequence};
	uint8_t iv[CRYPT_IV_MAX];
	struct esp_job job;
	PACKET_HERE(p);

	attacker->w->sim.env.random(&attacker->w->sim.env, iv, sizeof iv);
	if (!packet_fill(&p, b, len) || !esp_seal(&p, attacker->tunnel.out, &h, iv, next, &job))
		return;
	crypt_run(attacker->tunnel.crypt, &job, 1, true);
	esp_bytes(p.data, p.len);
}

/* ---- ESP -------------------------------------------------------------------------------- */

static void esp_garbage(unsigned n)
{
	uint8_t b[200];
	struct wr to;

	for (size_t k = 0; k < sizeof b; k++)
		b[k] = attack_any();
	to = wr_init(b, 4);
	wr_u32(&to, attacker->tunnel.spi_out);
	esp_bytes(b, n % 3 ? sizeof b : attack_below(sizeof b));
}

static void esp_of_others(unsigned n)
{
	static const uint8_t b[40] = {0x06, 0xa5, 0x06, 0xa5, 0, 40};

	sealed(attacked(n)->tunnel.spi_out, ESP_NEXT_UDP, b, sizeof b);
}

static void esp_inside(unsigned n)
{
	uint8_t b[60] = {0x06, 0xa5, 0x06, 0xa5, 0, 60};

	for (size_t k = 6; k < sizeof b; k++)
		b[k] = attack_any();
	if (n % 4 == 1)
		b[n / 4 % 6] = attack_any(); /* ports and length that are not so */
	sealed(attacker->tunnel.spi_out, n % 4 == 0 ? attack_any() : ESP_NEXT_UDP, b,
	    n % 4 == 2 ? attack_below(9) : sizeof b);
}

/* ---- IKE -------------------------------------------------------------------------------- */

static void quick_modes(unsigned n)
{
	struct initiator_message m;
	struct initiator_qm q;

	(void)n;
	initiator_qm1(&attacker->ike, &q, &m);
	client_say(attacker, &m);
}

static void deletes(unsigned n)
{
	struct world_client *v = attacked(n);
	uint8_t cookies[2 * COOKIE_LEN];
	struct initiator_message m;

	memcpy(cookies, v->ike.cky_i, COOKIE_LEN);
	memcpy(cookies + COOKIE_LEN, v->ike.cky_r, COOKIE_LEN);
	if (n % 3 == 0)
		initiator_delete_cookies(&attacker->ike, cookies, &m);
	else
		initiator_delete_child(
		    &attacker->ike, n % 3 == 1 ? v->tunnel.spi_in : v->tunnel.spi_out, &m);
	client_say(attacker, &m);
}

static void dpd_storm(unsigned n)
{
	struct initiator_message m;

	initiator_dpd(&attacker->ike, n % 2, n % 4 ? n : attack_below(1u << 31), &m);
	client_say(attacker, &m);
}

static void contacts(unsigned n)
{
	struct initiator_message m;

	(void)n;
	initiator_contact(&attacker->ike, &m);
	client_say(attacker, &m);
}

static void port_flapping(unsigned n)
{
	attacker->outer500.port = (uint16_t)(50000 + 2 * (n % 400));
	attacker->outer4500.port = (uint16_t)(attacker->outer500.port + 1);
	client_force(attacker, WORLD_INSIDE);
}

/* What all have said, again, from where they are and from elsewhere. */
static void replay(unsigned n)
{
	struct tapped r = *tap_get(&attack_tap, n);

	if (n / TAP_KEPT % 2)
		r.path.remote = (struct endpoint){addr_v4(0x0a090909), (uint16_t)(4000 + n)};
	tap_say(attacker->w, &r);
}

/* clang-format off */
static const struct attack attacks[] = {
	{"ESP garbage",              esp_garbage,       90},
	{"ESP with others' SPIs",    esp_of_others,     90},
	{"ESP around nonsense",      esp_inside,        30},
	{"quick mode storm",         quick_modes,       80},
	{"Deletes for others' SAs",  deletes,            0},
	{"DPD storm",                dpd_storm,         50},
	{"INITIAL-CONTACT storm",    contacts,           0},
	{"port flapping",            port_flapping,      0},
	{"replays",                  replay,            50},
};
/* clang-format on */

int main(void)
{
	return attacks_run("hostile_ipsec", attacks, sizeof attacks / sizeof *attacks);
}
