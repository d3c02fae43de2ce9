/*
 * The attributes of a command line, `- NAME ...`: one row each. An attribute is read into the draft
 * of its line; what it names is looked up by link.c. A new one is a row here, a field of
 * struct gram_command and a line in grammars/README.md.
 */
#include <stddef.h>
#include <string.h>

#include "parser/read.h"

struct attribute;
typedef void read_attribute(
    struct source *, struct draft *, const struct attribute *, const char *);

struct attribute {
	const char *name;
	read_attribute *read;
	size_t offset; /* of what it fills in struct gram_command, or in the draft */
};

/* ---- those with a field of the command --------------------------------------------- */

static void *field(struct draft *d, const struct attribute *a)
{
	return (char *)d->command + a->offset;
}

static void read_flag(struct source *s, struct draft *d, const struct attribute *a, const char *at)
{
	*(bool *)field(d, a) = true;
	line_ends(s, at);
}

static void read_text_of(struct source *s, struct draft *d, const struct attribute *a,
    const char *at)
{
	char **text = field(d, a);
	bool quoted = true;

	*text = only_word(s, at, a->name, &quoted);
	if (*text && !quoted)
		source_fail(s, "%s: a text stands in \"...\"", a->name);
}

static void read_section(struct source *s, struct draft *d, const struct attribute *a,
    const char *at)
{
	bool quoted;

	(void)a;
	d->command->section_at = s->at;
	d->command->section = only_word(s, at, "section", &quoted);
}

static void read_function(struct source *s, struct draft *d, const struct attribute *a,
    const char *at)
{
	char **name = field(d, a);
	bool quoted;

	*name = only_word(s, at, a->name, &quoted);
	if (*name)
		note_foreign(s, a->name, *name);
}

static void read_privilege(struct source *s, struct draft *d, const struct attribute *a,
    const char *at)
{
	bool quoted;
	char *w = only_word(s, at, a->name, &quoted);
	uint16_t level = 0;

	if (w && read_number(s, w, 0, 15, &level))
		d->command->privilege = (uint8_t)level;
}

/* `kept` alone: the whole line tells it from others. */
static void read_kept(struct source *s, struct draft *d, const struct attribute *a, const char *at)
{
	struct gram_command *c = d->command;
	bool quoted;
	const char *look = at;
	char *w = next_word(s, &look, &quoted);
	uint16_t words = 0;

	c->kept = true;
	c->decides = -1;
	if (w && read_number(s, w, 0, 20, &words) && line_ends(s, look))
		c->decides = (int16_t)words;
	(void)a;
}

/* ---- those with a few words -------------------------------------------------------- */

struct choice {
	const char *word;
	int value;
};

static const struct choice no_words[] = {{"delete", NO_DELETE}, {"reset", NO_RESET},
    {"clear", NO_CLEAR}, {"block", NO_BLOCK}, {"none", NO_NONE}, {"act", NO_ACT}, {"off", NO_OFF},
    {NULL, 0}};
static const struct choice show_words[] = {{"changed", SHOW_CHANGED},
	{"always", SHOW_ALWAYS}, {"unset", SHOW_UNSET}, {"block", SHOW_BLOCK},
	{"never", SHOW_NEVER}, {NULL, 0}};
static const struct choice leave_words[] = {{"one", LEAVE_ONE}, {"all", LEAVE_ALL}, {NULL, 0}};
static const struct choice family_words[] = {{"show", FAMILY_SHOW}, {"clear", FAMILY_CLEAR},
	{NULL, 0}};

/* The value of the only word, -1 (an error) when it is none of `words`. */
static int choose(struct source *s, const char *name, const struct choice *words, const char *at)
{
	bool quoted;
	char *w = only_word(s, at, name, &quoted);
	struct nearest near;

	if (!w)
		return -1;
	nearest_init(&near, w);
	for (; words->word; words++) {
		if (!strcmp(w, words->word))
			return words->value;
		nearest_offer(&near, words->word);
	}
	source_fail(s, "`%s` is no word of %s%s", w, name, nearest_text(&near));
	return -1;
}

static void read_choice(
    struct source *s, struct draft *d, const struct attribute *a, const char *at)
{
	struct gram_command *c = d->command;
	const struct choice *words = *a->name == 'n' ? no_words
	    : *a->name == 's'			      ? show_words
	    : *a->name == 'l'			      ? leave_words
						      : family_words;
	int v = choose(s, a->name, words, at);

	if (v < 0)
		return;
	if (words == no_words)
		c->no = (enum gram_no)v;
	else if (words == show_words)
		c->show = (enum gram_show)v;
	else if (words == leave_words)
		c->leave = (enum gram_leave)v;
	else
		c->family = (enum gram_family)v;
}

/* ---- those that name something of the grammar -------------------------------------- */

static void read_named(struct source *s, struct draft *d, const struct attribute *a, const char *at)
{
	struct named *to = (struct named *)(void *)((char *)d + a->offset);
	bool quoted;

	*to = (struct named){only_word(s, at, a->name, &quoted), s->at};
}

static void read_existing(struct source *s, struct draft *d, const struct attribute *a,
    const char *at)
{
	bool quoted;
	const char *look = at;

	d->command->existing = true;
	if (next_word(s, &look, &quoted))
		read_text_of(s, d, &(struct attribute){a->name, NULL,
		    offsetof(struct gram_command, existing_text)}, at);
}

static void read_create(
    struct source *s, struct draft *d, const struct attribute *a, const char *at)
{
	d->command->creates = true;
	read_text_of(s, d, a, at);
}

static void read_set(struct source *s, struct draft *d, const struct attribute *a, const char *at)
{
	char **w = word_list(s, at);

	(void)a;
	if (!*w)
		source_fail(s, "set COL=VALUE");
	for (; *w; w++) {
		char *equals = strchr(*w, '=');

		if (!equals) {
			source_fail(s, "set COL=VALUE, not `%s`", *w);
			continue;
		}
		*equals = '\0';
		*POOL_PUSH(s->pool, d->set, d->n_set) = (struct draft_set){{*w, s->at}, equals + 1};
	}
}

static void read_warn(struct source *s, struct draft *d, const struct attribute *a, const char *at)
{
	bool quoted;
	char *w = next_word(s, &at, &quoted), *equals = w ? strchr(w, '=') : NULL, *v, *rest;
	char *text = equals ? only_word(s, at, "warn with", &quoted) : NULL;
	struct draft_warn *warn;
	size_t values = 0;

	(void)a;
	if (!equals || !text || !quoted) {
		source_fail(s, "warn COL=V,V \"text\"");
		return;
	}
	*equals = '\0';
	warn = POOL_PUSH(s->pool, d->warn, d->n_warn);
	warn->column = (struct named){w, s->at};
	warn->text = text;
	for (v = strtok_r(equals + 1, ",", &rest); v; v = strtok_r(NULL, ",", &rest))
		*POOL_PUSH(s->pool, warn->values, values) = v;
	*POOL_PUSH(s->pool, warn->values, values) = NULL;
	if (values == 1)
		source_fail(s, "warn of which values of %s?", w);
}

/* ---- whole lines ------------------------------------------------------------------- */

static void read_alias(struct source *s, struct draft *d, const struct attribute *a, const char *at)
{
	char *words = rest_of_line(s, at);

	if (*words)
		*POOL_PUSH(s->pool, d->aliases, d->n_aliases) =
		    (struct draft_line){words, s->at, *a->name == 'o'};
	else
		source_fail(s, "%s of which words?", a->name);
}

static void read_example(struct source *s, struct draft *d, const struct attribute *a,
    const char *at)
{
	char *words = rest_of_line(s, at);

	(void)a;
	*POOL_PUSH(s->pool, d->examples, d->n_examples) = words;
	if (!*words)
		source_fail(s, "an example without words");
}

/* `LINE; LINE` */
static void read_lead(struct source *s, struct draft *d, const struct attribute *a, const char *at)
{
	char *line = rest_of_line(s, at), *next;
	size_t n = 0;

	(void)a;
	d->command->leads = NULL;
	for (; line; line = next) {
		next = strchr(line, ';');
		if (next)
			*next++ = 0;
		*POOL_PUSH(s->pool, d->command->leads, n) = line + strspn(line, " ");
	}
	*POOL_PUSH(s->pool, d->command->leads, n) = NULL;
}

/* ---- the list ---------------------------------------------------------------------- */

#define OF(name) offsetof(struct gram_command, name)
#define DRAFT(name) offsetof(struct draft, name)

static const struct attribute attributes[] = {
	{"row", read_named, DRAFT(row)},
	{"enter", read_named, DRAFT(enter)},
	{"existing", read_existing, 0},
	{"create", read_create, OF(create_text)},
	{"set", read_set, 0},
	{"no", read_choice, 0},
	{"show", read_choice, 0},
	{"section", read_section, 0},
	{"trail", read_flag, OF(trail)},
	{"append", read_text_of, OF(append_text)},
	{"unknown", read_text_of, OF(unknown_text)},
	{"differ", read_text_of, OF(differ_text)},
	{"warn", read_warn, 0},
	{"say", read_text_of, OF(say)},
	{"disrupts", read_text_of, OF(disrupts)},
	{"refuse", read_text_of, OF(refuse_text)},
	{"store", read_function, OF(store)},
	{"check", read_function, OF(check)},
	{"run", read_function, OF(run)},
	{"leave", read_choice, 0},
	{"family", read_choice, 0},
	{"privilege", read_privilege, 0},
	{"kept", read_kept, 0},
	{"acted", read_flag, OF(acted)},
	{"everywhere", read_flag, OF(everywhere)},
	{"hidden", read_flag, OF(hidden)},
	{"alias", read_alias, 0},
	{"oneline", read_alias, 0},
	{"example", read_example, 0},
	{"lead", read_lead, 0},
};

void attribute_line(struct source *s, struct draft *d, const char *at)
{
	struct nearest near;
	bool quoted;
	char *w = next_word(s, &at, &quoted);

	if (!w || quoted) {
		source_fail(s, "an attribute without a name");
		return;
	}
	nearest_init(&near, w);
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
		if (!strcmp(w, attributes[i].name)) {
			attributes[i].read(s, d, &attributes[i], at);
			return;
		}
		nearest_offer(&near, attributes[i].name);
	}
	source_fail(s, "`%s` is no attribute%s", w, nearest_text(&near));
}
