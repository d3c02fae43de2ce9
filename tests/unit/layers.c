/* Lists in layers: whatever list follows whatever other, the first layer with an element for a
 * packet has the list's first one; and a small change of a list is one of few elements. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/firewall/layers_follow.h"
#include "engine/firewall/layers_near.h"

#define RULES 60

static struct layers l;
static struct access_list list;
static uint32_t next;
static unsigned seed;

static void setup(void)
{
	l = (struct layers){0};
	list = (struct access_list){.rule = calloc(RULES, sizeof(struct acl_rule))};
	next = 1;
	seed = 1;
}

static void teardown(void)
{
	layers_fini(&l);
	free(list.rule);
}

static unsigned dice(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return seed >> 16 & 0x7fff ? (seed >> 16 & 0x7fff) % n : 0;
}

/* Of few addresses and ports, so that many overlap. */
static struct acl_rule some_rule(void)
{
	static const uint8_t protocol[] = {0, 6, 17};
	struct acl_rule r = {.source_first = dice(8),
	    .dest_first = dice(8),
	    .source_high = UINT16_MAX,
	    .dest_high = UINT16_MAX,
	    .protocol = protocol[dice(3)],
	    .permit = dice(2)};

	r.source_last = r.source_first + dice(4);
	r.dest_last = r.dest_first + dice(4);
	if (!r.protocol)
		return r;
	switch (dice(4)) {
	case 0:
		r.dest_low = (uint16_t)dice(6);
		r.dest_high = (uint16_t)(r.dest_low + dice(3));
		break;
	case 1:
		r.source_low = 4; /* all but 3 */
		r.source_high = 2;
		break;
	}
	return r;
}

struct packet {
	uint32_t source, dest;
	uint8_t protocol;
	uint16_t source_port, dest_port;
};

static bool port_fits(uint16_t port, uint16_t low, uint16_t high)
{
	return low <= high ? low <= port && port <= high : port >= low || port <= high;
}

static bool fits(const struct acl_rule *r, const struct packet *p)
{
	return r->source_first <= p->source && p->source <= r->source_last &&
	       r->dest_first <= p->dest && p->dest <= r->dest_last &&
	       (!r->protocol || r->protocol == p->protocol) &&
	       port_fits(p->source_port, r->source_low, r->source_high) &&
	       port_fits(p->dest_port, r->dest_low, r->dest_high);
}

/* As the kernel looks: layer by layer; in a layer there must be one at most. */
static const struct element *found(const struct packet *p)
{
	const struct element *e = NULL;

	for (size_t i = 0; i < l.n_layers && !e; i++)
		for (size_t k = 0; k < l.n; k++)
			if (l.element[k]->layer == l.layer[i] && fits(&l.element[k]->rule, p)) {
				ck_assert_ptr_null(e);
				e = l.element[k];
			}
	return e;
}

static void check_packets(unsigned n)
{
	static const uint8_t protocol[] = {6, 17, 50};

	for (unsigned i = 0; i < n; i++) {
		struct packet p = {dice(12), dice(12), protocol[dice(3)], (uint16_t)dice(8),
		    (uint16_t)dice(8)};
		size_t k = 0;

		while (k < l.n && !fits(&l.element[k]->rule, &p))
			k++;
		ck_assert_ptr_eq(found(&p), k < l.n ? l.element[k] : NULL);
	}
}

/* The elements that had to be told anew, and those that went. */
static size_t follow(void)
{
	struct element **gone;
	size_t n, changes;

	ck_assert(layers_follow(&l, &list, &gone, &n));
	changes = n;
	for (size_t i = 0; i < n; i++) {
		layers_leave(gone[i]);
		free(gone[i]);
	}
	free(gone);
	ck_assert(layers_arrange(&l, &next));
	layers_tidy(&l);
	ck_assert_uint_eq(l.n, list.n);
	for (size_t i = 0; i < l.n; i++) {
		ck_assert(acl_rule_equal(&l.element[i]->rule, &list.rule[i]));
		ck_assert_uint_eq(l.element[i]->rule.line, list.rule[i].line);
		changes += l.element[i]->written != l.element[i]->layer->id;
		l.element[i]->written = l.element[i]->layer->id;
	}
	return changes;
}

START_TEST(any_list_behind_any_other)
{
	for (unsigned round = 0; round < 300; round++) {
		list.n = dice(RULES);
		for (size_t i = 0; i < list.n; i++) {
			if (dice(3) == 0) /* others stay, or move */
				list.rule[i] = some_rule();
			list.rule[i].line = (uint32_t)i + 1;
		}
		follow();
		check_packets(200);
	}
}
END_TEST

static void seen(void *arg, size_t at)
{
	((unsigned *)arg)[at]++;
}

/* The index leaves out nothing that overlaps, tells each once, and not all of them. */
START_TEST(the_index_has_what_overlaps)
{
	size_t more = 0, all = 0;
	static struct acl_rule rule[RULES];
	const struct acl_rule *v[RULES];

	for (unsigned round = 0; round < 100; round++) {
		size_t n = dice(RULES);
		struct layers_near *near;

		for (size_t i = 0; i < n; i++) {
			rule[i] = some_rule();
			if (dice(8) == 0)
				rule[i].source_last = UINT32_MAX;
			v[i] = &rule[i];
		}
		near = layers_near_new(v, n);
		ck_assert_ptr_nonnull(near);
		for (unsigned k = 0; k < 20; k++) {
			struct acl_rule r = some_rule();
			unsigned times[RULES] = {0};

			layers_near_each(near, &r, seen, times);
			all += n;
			for (size_t i = 0; i < n; i++) {
				ck_assert_uint_le(times[i], 1);
				ck_assert(times[i] || !layers_overlap(&rule[i], &r));
				more += times[i];
			}
		}
		layers_near_free(near);
	}
	ck_assert_uint_lt(2 * more, all);
}
END_TEST

static void insert(size_t at, struct acl_rule r)
{
	memmove(&list.rule[at + 1], &list.rule[at], (list.n++ - at) * sizeof r);
	list.rule[at] = r;
}

static void take(size_t at)
{
	memmove(&list.rule[at], &list.rule[at + 1], (--list.n - at) * sizeof *list.rule);
}

/* Hosts that differ: nothing overlaps but the last. */
static struct acl_rule host(uint32_t n, bool permit)
{
	return (struct acl_rule){.source_first = n,
	    .source_last = n,
	    .dest_last = UINT32_MAX,
	    .source_high = UINT16_MAX,
	    .dest_high = UINT16_MAX,
	    .permit = permit};
}

START_TEST(small_changes)
{
	struct acl_rule all = host(0, false);

	all.source_last = UINT32_MAX;
	for (uint32_t i = 0; i < 40; i++)
		insert(i, host(i, true));
	insert(40, all);
	ck_assert_uint_eq(follow(), 41);
	ck_assert_uint_eq(l.n_layers, 2);
	ck_assert_uint_eq(follow(), 0);
	insert(0, host(100, true)); /* at the head, within, at the end */
	ck_assert_uint_eq(follow(), 1);
	insert(20, host(101, false));
	ck_assert_uint_eq(follow(), 1);
	insert(list.n, host(102, true));
	ck_assert_uint_eq(follow(), 1);
	take(3);
	ck_assert_uint_eq(follow(), 1);
	list.rule[7].permit = false; /* says something else */
	ck_assert_uint_eq(follow(), 2);
	list.rule[8].line = 77; /* does not */
	ck_assert_uint_eq(follow(), 0);
	take(30); /* far from one another */
	insert(2, host(103, true));
	ck_assert_uint_eq(follow(), 2);
	all = list.rule[35]; /* moves */
	take(35);
	insert(1, all);
	ck_assert_uint_eq(follow(), 2);
	list.n = 0;
	follow();
	ck_assert_uint_eq(l.n_layers, 0);
}
END_TEST

/* What comes between two that did not overlap each other moves the second. */
START_TEST(one_comes_between)
{
	struct acl_rule all = host(0, false), narrow = host(2, true);

	all.source_last = 10;
	insert(0, host(1, true));
	insert(1, all);
	insert(2, narrow); /* behind `all`: third layer */
	follow();
	ck_assert_uint_eq(l.n_layers, 3);
	take(1);
	ck_assert_uint_eq(follow(), 1);
	insert(0, all); /* before both */
	follow();
	check_packets(100);
	ck_assert_ptr_eq(l.element[0]->layer, l.layer[0]);
}
END_TEST

/* What memory it takes is bounded: a layer that is full is followed by another. */
START_TEST(full_layers)
{
	free(list.rule);
	list.rule = calloc(3000, sizeof *list.rule);
	for (uint32_t i = 0; i < 2500; i++)
		insert(i, host(i, true));
	follow();
	ck_assert_uint_eq(l.n_layers, (2500 + LAYER_MAX - 1) / LAYER_MAX);
	for (size_t i = 0; i < l.n_layers; i++)
		ck_assert_uint_le(l.layer[i]->n, LAYER_MAX);
	ck_assert_ptr_eq(l.element[0]->layer, l.layer[0]); /* the first lines are found first */
	ck_assert_ptr_eq(l.element[2499]->layer, l.layer[l.n_layers - 1]);
}
END_TEST

/* Elements that are looked up by their destinations stand apart from those by their sources. */
START_TEST(by_what_says_more)
{
	struct acl_rule server = host(1, true);

	server.source_first = 0;
	server.source_last = UINT32_MAX;
	server.dest_first = server.dest_last = 7;
	ck_assert(layers_by_dest(&server) && !layers_by_dest(&list.rule[0]));
	insert(0, host(1, true));
	insert(1, server);
	list.rule[0].dest_first = 9; /* nothing overlaps */
	server.dest_first = server.dest_last = 8;
	insert(2, server);
	insert(3, host(2, true));
	list.rule[3].dest_first = 9;
	follow();
	ck_assert_uint_eq(l.n_layers, 2);
	ck_assert(l.element[1]->layer == l.element[2]->layer && l.element[1]->layer->by_dest);
	ck_assert(l.element[0]->layer == l.element[3]->layer && !l.element[0]->layer->by_dest);
}
END_TEST

START_TEST(overlaps)
{
	struct acl_rule a = host(5, true), b = host(5, true);

	ck_assert(layers_overlap(&a, &b));
	b.source_first = b.source_last = 6;
	ck_assert(!layers_overlap(&a, &b));
	b = a;
	a.protocol = 6;
	ck_assert(layers_overlap(&a, &b));
	b.protocol = 17;
	ck_assert(!layers_overlap(&a, &b));
	b.protocol = 6;
	a.dest_low = 5;
	a.dest_high = 9;
	b.dest_low = 10;
	b.dest_high = 12;
	ck_assert(!layers_overlap(&a, &b));
	ck_assert(layers_ported(&a));
	b.dest_low = 9;
	ck_assert(layers_overlap(&a, &b));
	a.dest_low = 11; /* all but 10 */
	a.dest_high = 9;
	ck_assert(layers_overlap(&a, &b));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("layers");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, any_list_behind_any_other);
	tcase_add_test(t, the_index_has_what_overlaps);
	tcase_add_test(t, small_changes);
	tcase_add_test(t, one_comes_between);
	tcase_add_test(t, full_layers);
	tcase_add_test(t, by_what_says_more);
	tcase_add_test(t, overlaps);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
