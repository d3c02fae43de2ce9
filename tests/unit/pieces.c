/* Packets in pieces before an access list: the later ones share the fate of the first. */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "engine/base/env.h"
#include "engine/dataplane/pieces.h"

#define NOW (1000 * SEC)

static struct pieces pieces;

static struct ipv4 piece(uint16_t id, uint16_t offset)
{
	return (struct ipv4){.header = 20, .protocol = IPPROTO_UDP, .total = 500, .id = id,
	    .fragment = (uint16_t)(IP_MF | offset), .src = 0x0a000001, .dst = 0x0a000002};
}

START_TEST(they_share_its_fate)
{
	struct ipv4 first = piece(7, 0), later = piece(7, 60), other;

	ck_assert(!pieces_later(&pieces, 5, &later, true, NOW)); /* not before it */
	pieces_first(&pieces, 5, &first, true, NOW, true);
	ck_assert(pieces_later(&pieces, 5, &later, true, NOW));
	ck_assert(pieces_later(&pieces, 5, &later, true, NOW + 4 * SEC));
	ck_assert(!pieces_later(&pieces, 5, &later, true, NOW + 5 * SEC));
	ck_assert(!pieces_later(&pieces, 6, &later, true, NOW)); /* nor anybody else's */
	ck_assert(!pieces_later(&pieces, 5, &later, false, NOW));
	other = later;
	other.id++;
	ck_assert(!pieces_later(&pieces, 5, &other, true, NOW));
	other = later;
	other.src++;
	ck_assert(!pieces_later(&pieces, 5, &other, true, NOW));
	other = later;
	other.dst++;
	ck_assert(!pieces_later(&pieces, 5, &other, true, NOW));
	other = later;
	other.protocol = IPPROTO_TCP;
	ck_assert(!pieces_later(&pieces, 5, &other, true, NOW));
	pieces_first(&pieces, 5, &first, true, NOW, false);
	ck_assert(!pieces_later(&pieces, 5, &later, true, NOW));
}
END_TEST

/* RFC 3128: a second piece that writes over what the list has seen of TCP. */
START_TEST(none_over_the_header)
{
	struct ipv4 first = piece(7, 0), later = piece(7, 1);

	first.protocol = later.protocol = IPPROTO_TCP;
	pieces_first(&pieces, 5, &first, true, NOW, true);
	ck_assert(!pieces_later(&pieces, 5, &later, true, NOW));
	later.fragment = IP_MF | 2;
	ck_assert(pieces_later(&pieces, 5, &later, true, NOW));
	later = piece(8, 1);
	first = piece(8, 0);
	pieces_first(&pieces, 5, &first, true, NOW, true);
	ck_assert(pieces_later(&pieces, 5, &later, true, NOW)); /* UDP's is 8 bytes long */
}
END_TEST

/* However many there are, it takes no more room; most of the last are known. */
START_TEST(many)
{
	unsigned known = 0;

	for (uint16_t id = 0; id < 10000; id++) {
		struct ipv4 first = piece(id, 0);

		pieces_first(&pieces, 5, &first, true, NOW, true);
	}
	for (uint16_t id = 9900; id < 10000; id++) {
		struct ipv4 later = piece(id, 60);

		known += pieces_later(&pieces, 5, &later, true, NOW);
	}
	ck_assert_uint_gt(known, 70);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("pieces");
	TCase *tc = tcase_create("pieces");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, they_share_its_fate);
	tcase_add_test(tc, none_over_the_header);
	tcase_add_test(tc, many);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
