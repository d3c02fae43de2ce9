/* The right word that a wrong one was probably meant to be. */
#ifndef GATEHOUSE_NEAREST_H
#define GATEHOUSE_NEAREST_H

/* The right word nearest to one that is none: candidates are offered one by one, and compared only
 * when it is asked for. */
#define NEAREST_KEPT 32
struct nearest {
	const char *word, *best;
	unsigned distance;
	unsigned n;
	const char *offered[NEAREST_KEPT];
	char text[160]; /* of nearest_text() */
};
void nearest_init(struct nearest *, const char *word);
void nearest_offer(struct nearest *, const char *candidate);
/* The nearest, NULL when none is near; `distance` tells how near. */
const char *nearest_best(struct nearest *);
/* "; did you mean `best`?", or "" when nothing is near. */
const char *nearest_text(struct nearest *);

#endif
