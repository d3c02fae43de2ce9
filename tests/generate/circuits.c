/*
 * Searches for short circuits of the eight S-boxes of DES, from nothing but the standard's tables:
 *
 *     circuits INPUTS SECONDS [EARLIER.def] >NEW.def
 *
 * Gates have two inputs (and, and not, or, exclusive or) or any function of three, for AVX-512;
 * SECONDS for each box. It goes on from earlier circuits, whose order is kept where it finds
 * nothing shorter: with 0 seconds out comes what went in.
 *
 * The search is that of M. Kwan, "Reducing the Gate Count of Bitslice DES". What is wanted is a
 * column of 64 values and which of them matter: an existing gate, else a new one over two or three
 * existing ones, else both halves by an input, with half of the values mattering in each. Then
 * outputs are taken out of the circuit and made anew, again and again. Complements are free: a
 * gate is used in either polarity, and key bits make up for the outputs that NOT marks.
 *
 * A file has, of each box in the order in which they are computed, BOX(number), IN(name, bit from
 * the most significant on), AND ANDN OR XOR(name, inputs), LUT(name, inputs, values), OUT or NOT
 * (bit, name), END.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/des/des_tables.h"

#define MOST 120
enum { NONE = -1, ZERO = 1000, ONE }; /* instead of a reference, which is 2 * gate + complemented */
enum op { IN, AND, ANDN, OR, XOR, LUT, OPS };
static const char *const op_name[OPS] = {"IN", "AND", "ANDN", "OR", "XOR", "LUT"};

struct gate {
	uint64_t value; /* for each of the 64 inputs */
	enum op op;
	unsigned values; /* of a LUT */
	int in[3];
};

struct circuit {
	int n; /* the first six are the inputs */
	struct gate gate[MOST];
	int out[4];
	int order[MOST]; /* in which they are computed */
};

static int inputs; /* of a gate, 2 or 3 */
static double deadline;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- gates ------------------------------------------------------------------- */

static uint64_t value_of(const struct circuit *c, int ref)
{
	uint64_t v = ref >= ZERO ? 0 : c->gate[ref / 2].value;

	return ref & 1 ? ~v : v;
}

/* Where a table of so many inputs' values is 1; the first input is the most significant. */
static uint64_t minterm(const struct circuit *c, const int *in, int k, int m)
{
	uint64_t v = ~(uint64_t)0;

	for (int i = 0; i < k; i++)
		v &= m >> (k - 1 - i) & 1 ? c->gate[in[i]].value : ~c->gate[in[i]].value;
	return v;
}

static int add(struct circuit *c, enum op op, unsigned values, int a, int b, int d)
{
	static const unsigned table[] = {[AND] = 8, [ANDN] = 4, [OR] = 14, [XOR] = 6};
	struct gate g = {0, op, values, {a, b, d}};
	int k = op == LUT ? 3 : 2;

	for (int m = 0; m < 1 << k; m++)
		if ((op == LUT ? values : table[op]) >> m & 1)
			g.value |= minterm(c, g.in, k, m);
	for (int i = 0; i < c->n; i++)
		if (c->gate[i].value == g.value || c->gate[i].value == ~g.value)
			return 2 * i + (c->gate[i].value != g.value);
	if (c->n == MOST)
		return NONE;
	c->gate[c->n] = g;
	return 2 * c->n++;
}

/* A gate over two, with these of its four values where they matter. */
static int over_two(struct circuit *c, unsigned values, unsigned matter, int a, int b)
{
	static const struct {
		unsigned values;
		enum op op;
		bool swap;
	} ops[] = {{8, AND, false}, {4, ANDN, false}, {2, ANDN, true}, {14, OR, false},
	    {6, XOR, false}};
	unsigned wide = 0;

	for (int m = 0; inputs == 3 && m < 8; m++)
		wide |= (values >> m / 2 & 1) << m;
	if (inputs == 3)
		return add(c, LUT, wide, a, b, b);
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		for (int other = 0; other < 2; other++) {
			int ref;

			if ((ops[i].values ^ values ^ (other ? 15 : 0)) & matter)
				continue;
			ref = ops[i].swap ? add(c, ops[i].op, 0, b, a, 0)
			                  : add(c, ops[i].op, 0, a, b, 0);
			return ref == NONE ? NONE : ref ^ other;
		}
	return NONE;
}

/* x ? q : p. With gates of two inputs, p is to be added to what q tells. */
static int choice(struct circuit *c, int x, int p, int q)
{
	int ref[3] = {2 * x, p, q}, gate[3];
	unsigned values = 0;

	for (int i = 0; i < 3; i++)
		gate[i] = ref[i] >= ZERO ? x : ref[i] / 2;
	for (int m = 0; m < 8; m++) {
		int v[3];

		for (int i = 0; i < 3; i++)
			v[i] = (ref[i] >= ZERO ? 0 : m >> (2 - i) & 1) ^ (ref[i] & 1);
		values |= (unsigned)(v[0] ? v[2] : v[1]) << m;
	}
	return add(c, LUT, values, gate[0], gate[1], gate[2]);
}

/* Of two references, constants among them: `and`, else exclusive or. */
static int combine(struct circuit *c, bool and, int p, int q)
{
	unsigned values = 0;

	if (p >= ZERO || q >= ZERO) {
		int constant = p >= ZERO ? p : q, other = p >= ZERO ? q : p;

		if (and)
			return constant == ZERO ? ZERO : other;
		return other ^ (constant & 1);
	}
	if (p / 2 == q / 2)
		return and ? (p == q ? p : ZERO) : ZERO + (p != q);
	for (int m = 0; m < 4; m++) {
		int v = (m >> 1) ^ (p & 1), w = (m & 1) ^ (q & 1);

		values |= (unsigned)(and ? v & w : v ^ w) << m;
	}
	return over_two(c, values, 15, p / 2, q / 2);
}

/* ---- the search -------------------------------------------------------------- */

/* Can a gate over these have the ones and zeros? Then, which values. */
static bool fits(const struct circuit *c, const int *in, int k, uint64_t one, uint64_t zero,
    unsigned *values, unsigned *matter)
{
	*values = *matter = 0;
	for (int m = 0; m < 1 << k; m++) {
		uint64_t where = minterm(c, in, k, m);

		if ((where & one) && (where & zero))
			return false;
		if (where & one)
			*values |= 1u << m;
		if (where & (one | zero))
			*matter |= 1u << m;
	}
	return true;
}

/* A function of three of which one enters the second gate, and the others the first. */
static int two_gates(struct circuit *c, const int in[3], uint64_t one, uint64_t zero)
{
	static const unsigned first[] = {8, 4, 2, 14, 6};
	unsigned values, matter;

	for (int z = 0; z < 3; z++)
		for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
			int n = c->n, pair[2], ref;

			ref = over_two(c, first[i], 15, in[z == 0], in[z == 2 ? 1 : 2]);
			pair[0] = ref / 2;
			pair[1] = in[z];
			if (ref != NONE && pair[0] != pair[1] &&
			    fits(c, pair, 2, one, zero, &values, &matter)) {
				ref = over_two(c, values, matter, pair[0], pair[1]);
				if (ref != NONE)
					return ref;
			}
			c->n = n;
		}
	return NONE;
}

static int over_existing(struct circuit *c, uint64_t one, uint64_t zero, int most)
{
	int n = c->n, start = rand() % n;
	unsigned values, matter;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < (start + i) % n; j++) {
			int in[2] = {(start + i) % n, j};

			if (fits(c, in, 2, one, zero, &values, &matter))
				return over_two(c, values, matter, in[0], in[1]);
		}
	if (inputs == 2 && n + 2 > most)
		return NONE;
	for (int i = 0; i < n; i++)
		for (int j = 0; j < (start + i) % n; j++)
			for (int k = 0; k < j; k++) {
				int in[3] = {(start + i) % n, j, k}, ref;

				if (!fits(c, in, 3, one, zero, &values, &matter))
					continue;
				ref = inputs == 3 ? add(c, LUT, values, in[0], in[1], in[2])
				                  : two_gates(c, in, one, zero);
				if (ref != NONE)
					return ref;
			}
	return NONE;
}

static int create(struct circuit *c, uint64_t want, uint64_t care, int most, int depth,
    unsigned used);

/* Both halves by input x; `from` is the one that is made first. */
static int halves(struct circuit *c, uint64_t want, uint64_t care, int most, int depth,
    unsigned used, int x, bool from)
{
	uint64_t v = c->gate[x].value, here = from ? v : ~v;
	int p = create(c, want, care & here, most - 1, depth + 1, used), q;

	if (p == NONE)
		return NONE;
	if (inputs == 2)
		want ^= value_of(c, p);
	q = create(c, want, care & ~here, most - 1, depth + 1, used);
	if (q == NONE)
		return NONE;
	if (inputs == 3)
		return choice(c, x, from ? q : p, from ? p : q);
	q = combine(c, true, q, 2 * x + from);
	return q == NONE ? NONE : combine(c, false, p, q);
}

/* The best of a few inputs, fewer the deeper. */
static int split(struct circuit *c, uint64_t want, uint64_t care, int most, int depth,
    unsigned used)
{
	static const int width[] = {5, 3, 2, 1, 1, 1, 1};
	struct circuit best;
	int found = NONE, tries = 1 + rand() % width[depth];

	for (int i = 0, x = rand() % 6; i < 6 && tries; i++, x = (x + 1) % 6) {
		uint64_t v = c->gate[x].value;

		if (used >> x & 1 || !(v & care) || !(~v & care))
			continue;
		tries--;
		for (int from = 0; from < 2; from++) {
			struct circuit t = *c;
			int ref = halves(&t, want, care, most, depth, used | 1u << x, x, from);

			if (ref == NONE || t.n > most || ((value_of(&t, ref) ^ want) & care))
				continue;
			best = t;
			found = ref;
			most = t.n - 1;
		}
	}
	if (found != NONE)
		*c = best;
	return found;
}

/* A reference to what has the wanted values where they matter, with at most so many gates. */
static int create(struct circuit *c, uint64_t want, uint64_t care, int most, int depth,
    unsigned used)
{
	uint64_t one = want & care, zero = ~want & care;
	int ref;

	if (!one || !zero)
		return one ? ONE : ZERO;
	for (int i = 0; i < 2 * c->n; i++)
		if (!(value_of(c, i) & zero) && !(~value_of(c, i) & one))
			return i;
	if (c->n >= most)
		return NONE;
	ref = over_existing(c, one, zero, most);
	if (ref != NONE || c->n + 2 > most || depth > 5 || now() > deadline)
		return ref;
	return split(c, want, care, most, depth, used);
}

/* Without the gates that no output needs. */
static void prune(struct circuit *c)
{
	bool needed[MOST] = {true, true, true, true, true, true};
	struct circuit t = *c;
	int to[MOST], n = 0;

	for (int o = 0; o < 4; o++)
		if (c->out[o] != NONE)
			needed[c->out[o] / 2] = true;
	for (int i = c->n - 1; i >= 6; i--)
		for (int k = 0; needed[i] && k < (c->gate[i].op == LUT ? 3 : 2); k++)
			needed[c->gate[i].in[k]] = true;
	for (int i = 0; i < c->n; i++) {
		if (!needed[i])
			continue;
		t.gate[n] = c->gate[i];
		for (int k = 0; i >= 6 && k < 3; k++)
			t.gate[n].in[k] = to[c->gate[i].in[k]];
		to[i] = n++;
	}
	t.n = n;
	for (int o = 0; o < 4; o++)
		t.out[o] = c->out[o] == NONE ? NONE : 2 * to[c->out[o] / 2] + (c->out[o] & 1);
	for (int i = 0; i < n; i++)
		t.order[i] = i;
	*c = t;
}

/* One to three outputs, or all of an empty circuit, are taken out and made again. */
static bool again(struct circuit *c, const uint64_t want[4], int most)
{
	int redo = c->out[0] == NONE ? 4 : 1 + rand() % 3, first = rand();

	for (int i = 0; i < redo; i++)
		c->out[(first + i * (1 + 2 * (first & 1))) & 3] = NONE;
	prune(c);
	for (int i = 0; i < 4; i++) {
		int o = (first + i * (1 + 2 * (first & 1))) & 3;

		if (c->out[o] != NONE)
			continue;
		c->out[o] = create(c, want[o], ~(uint64_t)0, most, 0, 0);
		if (c->out[o] == NONE)
			return false;
	}
	prune(c);
	return true;
}

static void search(struct circuit *best, const uint64_t want[4], double seconds)
{
	double end = now() + seconds;
	struct circuit at = *best;

	while (now() < end) {
		struct circuit t = at;

		deadline = now() + 3;
		if (!again(&t, want, at.out[0] == NONE ? MOST - 4 : at.n + (rand() % 16 == 0)))
			continue;
		at = t;
		if (best->out[0] == NONE || at.n < best->n)
			*best = at;
		if (at.n > best->n + 3)
			at = *best;
	}
}

/* ---- order ------------------------------------------------------------------- */

/* Values that are in use at each moment, added up where they are more than the registers. */
static int crowding(const struct circuit *c, const int *order)
{
	int last[MOST], live = 0, crowd = 0, registers = inputs == 3 ? 28 : 14;

	for (int t = 0; t < c->n; t++) {
		last[order[t]] = t;
		for (int k = 0; order[t] >= 6 && k < inputs; k++)
			last[c->gate[order[t]].in[k]] = t;
	}
	for (int t = 0; t < c->n; t++) {
		live++;
		for (int i = 0; i < c->n; i++)
			live -= last[i] == t;
		crowd += live > registers ? 16 * (live - registers) : live;
	}
	return crowd;
}

/* May what stands at `from` stand at `to`? Then it does. */
static bool move(const struct circuit *c, int *order, int from, int to)
{
	int g = order[from], step = from < to ? 1 : -1;

	for (int t = from + step; t != to + step; t += step) {
		const struct gate *late = &c->gate[step > 0 ? order[t] : g];
		int early = step > 0 ? g : order[t];

		for (int k = 0; late->op != IN && k < inputs; k++)
			if (late->in[k] == early)
				return false;
	}
	for (int t = from; t != to; t += step)
		order[t] = order[t + step];
	order[to] = g;
	return true;
}

static void find_order(struct circuit *c)
{
	int cost = crowding(c, c->order);

	for (int i = 0; i < 200000; i++) {
		int order[MOST], now_costs;

		memcpy(order, c->order, sizeof order);
		if (!move(c, order, rand() % c->n, rand() % c->n))
			continue;
		now_costs = crowding(c, order);
		if (now_costs > cost)
			continue;
		cost = now_costs;
		memcpy(c->order, order, sizeof order);
	}
}

/* ---- files ------------------------------------------------------------------- */

#define NAME 8
#define ARGS 5

static int named(char name[MOST][NAME], int n, const char *of)
{
	while (--n > 0 && strcmp(name[n], of) != 0)
		;
	return n;
}

/* One word of a box. */
static void take_word(struct circuit *c, char name[MOST][NAME], int *at, const char *op,
    char arg[ARGS][NAME])
{
	enum op k = IN;
	int in[3] = {0};

	if (strcmp(op, "OUT") == 0 || strcmp(op, "NOT") == 0) {
		c->out[atoi(arg[0]) & 3] = 2 * named(name, c->n, arg[1]) + (op[0] == 'N');
		return;
	}
	while (k < LUT && strcmp(op, op_name[k]) != 0)
		k++;
	c->order[*at] = k == IN ? atoi(arg[1]) : c->n;
	memcpy(name[c->order[(*at)++]], arg[0], NAME);
	if (k == IN)
		return;
	for (int i = 0; i < (k == LUT ? 3 : 2); i++)
		in[i] = named(name, c->n, arg[1 + i]);
	add(c, k, (unsigned)strtoul(arg[4], NULL, 0), in[0], in[1], in[2]);
}

/* The circuit of a box, if the file has it. */
static void take_box(struct circuit *c, FILE *f, int box)
{
	char name[MOST][NAME] = {""}, word[16], arg[ARGS][NAME];
	int at = 0, on = 0;

	rewind(f);
	while (fscanf(f, " %15[^ (\n]", word) == 1) {
		if (strcmp(word, "END") == 0)
			on = 0;
		for (int i = 0; i < ARGS; i++)
			if (!fscanf(f, i ? ", %7[^,) \n]" : "(%7[^,) \n]", arg[i]))
				break;
		if (getc(f) == EOF || (strcmp(word, "BOX") != 0 && !on))
			continue;
		if (on)
			take_word(c, name, &at, word, arg);
		else
			on = atoi(arg[0]) == box;
	}
}

static void put_word(int *column, const char *word)
{
	if (*column + 1 + (int)strlen(word) > 98)
		*column = printf("\n\t") + 6;
	else
		*column += *column > 8 ? printf(" ") : 0;
	*column += printf("%s", word);
}

static void put_box(const struct circuit *c, int box)
{
	int column = 8;
	char word[64];

	printf("BOX(%d)\n\t", box);
	for (int t = 0; t < c->n; t++) {
		int i = c->order[t], n;
		const struct gate *g = &c->gate[i];

		n = snprintf(word, sizeof word, "%s(%c%d, ", op_name[g->op],
		    i < 6 ? 'x' : 'g', i);
		for (int k = 0; g->op != IN && k < (g->op == LUT ? 3 : 2); k++)
			n += snprintf(word + n, sizeof word - (size_t)n, "%s%c%d", k ? ", " : "",
			    g->in[k] < 6 ? 'x' : 'g', g->in[k]);
		if (g->op == IN)
			n += snprintf(word + n, sizeof word - (size_t)n, "%d", i);
		if (g->op == LUT)
			n += snprintf(word + n, sizeof word - (size_t)n, ", 0x%02x", g->values);
		snprintf(word + n, sizeof word - (size_t)n, ")");
		put_word(&column, word);
		for (int o = 0; o < 4; o++) {
			if (c->out[o] / 2 != i)
				continue;
			snprintf(word, sizeof word, "%s(%d, %c%d)",
			    c->out[o] & 1 ? "NOT" : "OUT", o, i < 6 ? 'x' : 'g', i);
			put_word(&column, word);
		}
	}
	printf("\nEND\n");
}

/* ---- one box ----------------------------------------------------------------- */

static void wanted(uint64_t want[4], int box)
{
	memset(want, 0, 4 * sizeof *want);
	for (int i = 0; i < 64; i++)
		for (int o = 0; o < 4; o++) {
			int v = des_sbox[box][16 * (i >> 5 << 1 | (i & 1)) + (i >> 1 & 15)];

			want[o] |= (uint64_t)(v >> (3 - o) & 1) << i;
		}
}

static bool one_box(FILE *earlier, int box, double seconds)
{
	struct circuit c = {.n = 6, .out = {NONE, NONE, NONE, NONE}};
	uint64_t want[4];
	int had;

	for (int k = 0; k < 6; k++)
		for (int i = 0; i < 64; i++)
			c.gate[k].value |= (uint64_t)(i >> (5 - k) & 1) << i;
	wanted(want, box);
	if (earlier)
		take_box(&c, earlier, box + 1);
	had = earlier ? c.n : MOST;
	search(&c, want, seconds);
	if (c.n < had)
		find_order(&c);
	for (int o = 0; o < 4; o++)
		if (c.out[o] == NONE || value_of(&c, c.out[o]) != want[o])
			return false;
	put_box(&c, box + 1);
	fprintf(stderr, "S%d: %d gates\n", box + 1, c.n - 6);
	return true;
}

int main(int argc, char **argv)
{
	FILE *earlier = argc > 3 ? fopen(argv[3], "r") : NULL;
	bool ok = argc > 2 && (argc == 3 || earlier);

	inputs = ok ? atoi(argv[1]) : 0;
	ok = inputs == 2 || inputs == 3;
	if (ok)
		printf("/* The S-boxes of DES in gates of %s inputs, made by "
		       "tests/generate/circuits.c. */\n",
		    inputs == 2 ? "two" : "three");
	for (int box = 0; ok && box < 8; box++)
		ok = one_box(earlier, box, atof(argv[2]));
	if (!ok)
		fprintf(stderr, "usage: circuits 2|3 SECONDS [EARLIER.def]\n");
	if (earlier)
		fclose(earlier);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
