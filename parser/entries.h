/* Words that may come next, collected from a walk. */
#ifndef GATEHOUSE_PARSER_ENTRIES_H
#define GATEHOUSE_PARSER_ENTRIES_H

#include "parser/threads.h"

#define ENTRIES_MAX 1000

struct entry {
	const char *word, *help;
	char *owned; /* of a name from the callback, or a made placeholder */
	bool value;  /* a placeholder: no word to complete */
};

struct entries {
	struct entry list[ENTRIES_MAX];
	unsigned n;
	const char *prefix; /* the word still being typed */
	size_t prefix_len;
	bool cr;   /* the line may end here */
	bool keys; /* Tab: names of the rows that a line begins with, too */
};

/* A word that has the prefix, or a placeholder (`value`); each once. */
void entries_add(struct entries *, const char *word, const char *help, bool value);
/* All ways on from where the walk stands. Hidden commands are explained to those who have typed
 * what only they begin with. */
void entries_collect(struct walk *, struct entries *, const struct gram_names *);
void entries_free(struct entries *);

#endif
