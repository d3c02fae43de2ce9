/* The table of clients; see personality.h. Rows are data, whatever their length. */
#include "tests/support/personality.h"

#include <string.h>

#define REALM "01528bbbc00696121849ab9a1c5b2a5100000001"
#define NT5 "1e2b516905991c7d7c96fcbfb587e461"
#define RFC "4a131c81070358455c5728f20e95452f"
#define D00 "4485152d18b6bbcd0be8a8469579ddcc"
#define D02 "cd60464335df21f87cfdb2fc68b6a448"
#define D02N "90cb80913ebb696e086381b5ec427b1f"
#define D03 "7d9419a65310ca6f2c179d9215529d56"
#define D04_TO_08 \
	"8f8d83826d246b6fc7a8a6a428c11de8", "439b59f8ba676c4c7737ae22eab8f582", \
	    "4d1e0e136deafa34c4f3ea9f02ec7285", "80d0bb3def54565ee84645d4c85ce3ee", \
	    "9909b64eed937c6573de52ace952fa6b"
#define APPLE "4df37928e9fc4fd1b3262170d515c662"
#define FRAG "4048b7d56ebce88525e7de7f00d6c2d3"
#define FRAG_CAPS FRAG "80000000"
#define DPD "afcad71368a1f1c96b8696fc77570100"
#define XAUTH "09002689dfd6b712"
#define UNITY "12f5f28c457168a9702d9fe274cc0100"
#define NEGOTIATION "fb1de3cdf341b7ea16b7e5be0855f120"
#define VID_CONTACT "26244d38eddb61b3172a36e3d0cfb819"
#define CGA "e3a5966a76379fe707228231e5ce8652"

/* ---- offers -------------------------------------------------------------------- */

#define A256 CIPHER_AES256
#define A192 CIPHER_AES192
#define A128 CIPHER_AES128
#define D3 CIPHER_3DES
#define D1 CIPHER_DES
#define NONE CIPHER_NULL
#define MD5 HASH_MD5
#define SHA1 HASH_SHA1
#define SHA2 HASH_SHA256

/* clang-format off */
static const struct initiator_offer
xp_1[] = {{D3, SHA1, 14}, {D3, SHA1, 2}, {D3, MD5, 2}, {D1, SHA1, 1}, {D1, MD5, 1}},
xp_2[] = {{D3, MD5, 0}, {D3, SHA1, 0}, {D1, MD5, 0}, {D1, SHA1, 0}},
windows_required[] = {{A128, SHA1, 0}, {D3, SHA1, 0}, {D1, SHA1, 0}},
windows_optional[] = {{A256, SHA1, 0}, {A128, SHA1, 0}, {D3, SHA1, 0}, {D1, SHA1, 0},
	{NONE, SHA1, 0}},
apple_1[] = {
	{A256, SHA2, 14}, {A256, SHA1, 14}, {A256, MD5, 14}, {A256, HASH_SHA512, 14},
	{A256, SHA2, 5}, {A256, SHA1, 5}, {A256, MD5, 5}, {A256, SHA2, 2}, {A256, SHA1, 2},
	{A256, MD5, 2}, {A128, SHA1, 2}, {A128, MD5, 2}, {D3, SHA1, 2}, {D3, MD5, 2}},
macos_2[] = {{A256, SHA1, 0}, {A256, MD5, 0}, {A128, SHA1, 0}, {A128, MD5, 0}, {D3, SHA1, 0},
	{D3, MD5, 0}},
ios_2[] = {{A256, SHA2, 0}, {A256, SHA1, 0}, {A256, MD5, 0}, {A128, SHA2, 0}, {A128, SHA1, 0},
	{A128, MD5, 0}, {D3, SHA2, 0}, {D3, SHA1, 0}, {D3, MD5, 0}},
android_1[] = {
	{A256, HASH_SHA384, 2}, {A256, SHA2, 2}, {A256, HASH_SHA512, 2}, {A256, SHA1, 2},
	{A256, MD5, 2}, {A128, HASH_SHA384, 2}, {A128, SHA2, 2}, {A128, HASH_SHA512, 2},
	{A128, SHA1, 2}, {A128, MD5, 2}, {D3, SHA2, 2}, {D3, SHA1, 2}, {D3, MD5, 2},
	{D1, SHA1, 2}, {D1, MD5, 2}},
android_2[] = {
	{A256, HASH_SHA512, 0}, {A256, HASH_SHA384, 0}, {A256, SHA2, 0}, {A256, SHA1, 0},
	{A256, MD5, 0}, {A128, HASH_SHA512, 0}, {A128, HASH_SHA384, 0}, {A128, SHA2, 0},
	{A128, SHA1, 0}, {A128, MD5, 0}, {D3, HASH_SHA512, 0}, {D3, HASH_SHA384, 0},
	{D3, SHA2, 0}, {D3, SHA1, 0}, {D3, MD5, 0}, {D1, HASH_SHA512, 0},
	{D1, HASH_SHA384, 0}, {D1, SHA2, 0}, {D1, SHA1, 0}, {D1, MD5, 0}},
strongswan_1[] = {{A256, SHA1, 14}, {A128, SHA1, 14}, {D3, SHA1, 2}},
strongswan_2[] = {{A256, SHA1, 0}, {A128, SHA1, 0}, {D3, SHA1, 0}},
networkmanager_1[] = {
	{A256, SHA2, 14}, {A256, SHA2, 5}, {A256, SHA2, 2}, {A256, SHA1, 14}, {A256, SHA1, 5},
	{A256, SHA1, 2}, {A256, SHA1, 20}, {A128, SHA1, 2}, {A128, SHA1, 19}, {D3, SHA1, 14},
	{D3, SHA1, 2}},
libreswan_1[] = {{A256, SHA2, 14}, {A128, SHA2, 14}, {A256, SHA1, 14}, {A128, SHA1, 14},
	{A256, SHA2, 5}, {A128, SHA2, 5}, {A256, SHA1, 5}, {A128, SHA1, 5}},
libreswan_2[] = {{A256, SHA1, 0}, {A128, SHA1, 0}},
mikrotik_1[] = {{A128, SHA1, 14}, {A128, SHA1, 2}, {D3, SHA1, 14}, {D3, SHA1, 2}},
mikrotik_2[] = {{A256, SHA1, 0}, {A192, SHA1, 0}, {A128, SHA1, 0}};

#define P1(a) .p1 = a, .n_p1 = sizeof(a) / sizeof *(a)
#define P2(a) .p2 = a, .n_p2 = sizeof(a) / sizeof *(a)

/* ---- what families have in common ------------------------------------------------ */

#define WINDOWS_LIVES .p1_seconds = 28800, .p2_seconds = 3600, .p2_kilobytes = 250000, \
	.my_port = 1701
#define WINDOWS_LAC(version) { \
	.sccrq = {2, 3, 4, 6, 7, 8, 9, 10}, .host = "DESKTOP-TESTING", .vendor = "Microsoft", \
	.firmware = version, .window = 8, .framing = 1, \
	.serial = true, .bearer = true, .speed = true, .framing_type = true, \
	.mru = 1400, .compression = true, .callback = true, .identifies = true, .mppe = true, \
	.wins = true, .dns2 = true, .informs = true}
#define APPLE_IKE { \
	.vids = {RFC, APPLE, D04_TO_08, D03, D02, D02N, FRAG_CAPS, DPD}, \
	.order = ORDER_RACOON, .narrow = true, .nonce = 16, .id_protocol = 17, .id_port = 500, \
	.contact = CONTACT_AFTERWARDS, .one_proposal = true, .random_ids = true}
#define APPLE_LAC(name) { \
	.sccrq = {2, 3, 7, 9, 10}, .host = name, .window = 4, .framing = 3, \
	.serial = true, .speed = true, .framing_type = true, \
	.accm = true, .compression = true, .van_jacobson = true, .dns2 = true, .informs = true}
#define CHARON_IKE { \
	.vids = {XAUTH, DPD, FRAG_CAPS, RFC, D02N}, \
	.narrow = true, .nonce = 32, .contact = CONTACT_IN_MM5, .random_ids = true}
#define XL2TPD_LAC(name) { \
	.sccrq = {2, 3, 4, 6, 7, 8, 9, 10}, .host = name, .vendor = "xelerance.com", \
	.firmware = 0x0690, .window = 4, .framing = 3, \
	.serial = true, .bearer = true, .speed = true, .framing_type = true, \
	.mru = 1400, .accm = true, .compression = true, .van_jacobson = true, .dns2 = true}

/* ---- the clients ----------------------------------------------------------------- */

static const struct personality all[] = {
	{
		.name = "windows-xp", .family = PROFILE_WINDOWS_XP, P1(xp_1), P2(xp_2),
		WINDOWS_LIVES,
		.ike = {.vids = {NT5 "00000004", FRAG, D02N, VID_CONTACT}, .nonce = 20},
		.lac = WINDOWS_LAC(0x0501),
	},
	{
		.name = "windows-7", .family = PROFILE_WINDOWS_7, P2(windows_required),
		WINDOWS_LIVES,
		.ike = {.vids = {NT5 "00000008", RFC, D02N, FRAG, NEGOTIATION, VID_CONTACT, CGA},
			.nonce = 48},
		.lac = WINDOWS_LAC(0x0601),
	},
	{
		.name = "windows-8", .family = PROFILE_WINDOWS_8, P2(windows_required),
		WINDOWS_LIVES,
		.ike = {.vids = {REALM, NT5 "00000009", RFC, D02N, FRAG, NEGOTIATION, VID_CONTACT,
			CGA}, .nonce = 48},
		.lac = WINDOWS_LAC(0x0602),
	},
	{
		.name = "windows-10", .family = PROFILE_WINDOWS_10, P2(windows_optional),
		WINDOWS_LIVES,
		.ike = {.vids = {REALM, NT5 "00000009", RFC, D02N, FRAG, NEGOTIATION, VID_CONTACT,
			CGA}, .nonce = 48},
		.lac = WINDOWS_LAC(0x0a00),
	},
	{
		.name = "macos", .family = PROFILE_MACOS, .dpd = true, P1(apple_1), P2(macos_2),
		.p1_seconds = 3600, .p2_seconds = 3600,
		.ike = APPLE_IKE, .lac = APPLE_LAC("studio.local"),
	},
	{
		.name = "ios", .family = PROFILE_IOS, .dpd = true, P1(apple_1), P2(ios_2),
		.p1_seconds = 3600, .p2_seconds = 3600, .my_port = 1701,
		.ike = APPLE_IKE, .lac = APPLE_LAC("iPhone"),
	},
	{
		.name = "android", .family = PROFILE_ANDROID, .dpd = true,
		P1(android_1), P2(android_2),
		.p1_seconds = 28800, .p2_seconds = 28800, .my_port = 1701,
		.ike = {
			.vids = {RFC, D02, D02N, D00, FRAG_CAPS, DPD},
			.order = ORDER_RACOON, .narrow = true, .nonce = 16,
			.id_protocol = 17, .id_port = 500,
			.contact = CONTACT_AFTERWARDS, .one_proposal = true, .random_ids = true,
		},
		.lac = {
			.sccrq = {2, 7, 3, 9, 10}, .host = "anonymous", .window = 1, .framing = 3,
			.serial = true, .speed = true, .framing_type = true,
			.mru = 1400, .accm = true, .compression = true, .dns2 = true,
		},
	},
	{
		.name = "strongswan", .family = PROFILE_STRONGSWAN, .dpd = true,
		P1(strongswan_1), P2(strongswan_2),
		.p1_seconds = 10800, .p2_seconds = 3600, .my_port = 1701,
		.ike = CHARON_IKE, .lac = XL2TPD_LAC("laptop"),
	},
	{
		.name = "networkmanager", .family = PROFILE_NETWORKMANAGER, .dpd = true,
		P1(networkmanager_1), P2(strongswan_2),
		.p1_seconds = 10800, .p2_seconds = 3600,
		.ike = CHARON_IKE, .lac = XL2TPD_LAC("desktop"),
	},
	{
		.name = "libreswan", .family = PROFILE_LIBRESWAN, .dpd = true,
		P1(libreswan_1), P2(libreswan_2),
		.p1_seconds = 28800, .p2_seconds = 28800, .my_port = 1701,
		.ike = {
			.vids = {DPD, FRAG_CAPS, RFC, D03, D02N, D02},
			.order = ORDER_PLUTO, .narrow = true, .nonce = 32,
			.one_proposal = true, .random_ids = true,
		},
		.lac = XL2TPD_LAC("fedora"),
	},
	{
		.name = "mikrotik", .family = PROFILE_MIKROTIK, .dpd = true,
		P1(mikrotik_1), P2(mikrotik_2),
		.p1_seconds = 86400, .p2_seconds = 1800, .my_port = 1701,
		.ike = {
			.vids = {D04_TO_08, D03, D02, D02N, D00, RFC, UNITY, DPD},
			.order = ORDER_RACOON, .narrow = true, .nonce = 24,
			.id_protocol = 17, .id_port = 500,
			.contact = CONTACT_AFTERWARDS, .one_proposal = true, .random_ids = true,
		},
		.lac = {
			.sccrq = {2, 3, 4, 6, 7, 8, 9, 10}, .host = "router",
			.vendor = "MikroTik", .firmware = 1, .window = 4, .framing = 1,
			.mru = 1450, .dns2 = true, .early_ipcp = true,
		},
	},
};
/* clang-format on */
#define N_ALL (sizeof all / sizeof *all)

const struct personality *personality_at(size_t n)
{
	return n < N_ALL ? &all[n] : NULL;
}

const struct personality *personality_find(const char *name)
{
	for (size_t i = 0; i < N_ALL; i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	return NULL;
}

void personality_ike(const struct personality *p, struct ike_initiator *i)
{
	i->manners = &p->ike;
	i->dpd = p->dpd;
	i->initial_contact = p->ike.contact == CONTACT_IN_MM5;
	i->n_p1 = p->n_p1;
	for (size_t k = 0; k < p->n_p1; k++)
		i->p1[k] = p->p1[k];
	i->n_p2 = p->n_p2;
	for (size_t k = 0; k < p->n_p2; k++) {
		i->p2[k].cipher = p->p2[k].cipher;
		i->p2[k].auth = p->p2[k].hash;
	}
	i->p1_seconds = p->p1_seconds;
	i->seconds = p->p2_seconds;
	i->kilobytes = p->p2_kilobytes;
	i->my_port = p->my_port;
	i->ni_len = p->ike.nonce;
}
