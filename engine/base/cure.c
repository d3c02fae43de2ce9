/* Cures with names; see cure.h. */
#include "engine/base/cure.h"

#include <stdio.h>
#include <string.h>

/* What a cure may speak of, and what it is called where nobody has named it. */
static const struct {
	const char *word;
	size_t at; /* in struct cure_names */
	const char *usual;
} names[] = {
#define NAME(word, field, usual) {word, offsetof(struct cure_names, field), usual}
	NAME("interface", interface, "outside"),
	NAME("tunnel-group", tunnel_group, "DefaultRAGroup"),
	NAME("policy", policy, "DfltGrpPolicy"),
	NAME("user", user, "NAME"),
	NAME("pool", pool, "Address-pool"),
	NAME("map", map, "outside_map"),
	NAME("dynamic-map", dynamic_map, "outside_dyn_map"),
	NAME("transform-set", transform_set, CURE_SET),
	NAME("servers", servers, "SERVERS"),
	NAME("filter", filter, "LIST"),
	NAME("hours", hours, "RANGE"),
	NAME("lock", lock, "GROUP"),
	NAME("list", list, "LIST"),
	NAME("method", method, "ms-chap-v2"),
	NAME("server-method", server_method, "pap"),
	NAME("source", source, "local"),
	NAME("kind", kind, "group-policy"),
	NAME("name", name, "DfltGrpPolicy"),
	NAME("privilege", privilege, ""),
	NAME("protocols", protocols, "l2tp-ipsec"),
	NAME("entry", entry, "crypto dynamic-map outside_dyn_map 10"),
	NAME("sets", sets, ""),
	NAME("number", number, "10"),
	NAME("encryption", encryption, CURE_IKE_ENCRYPTION),
	NAME("hash", hash, CURE_IKE_HASH),
	NAME("group", group, "14"),
	NAME("range", range, "FIRST-LAST"),
#undef NAME
};

struct writer {
	char *p;
	size_t left; /* without the NUL */
};

static void put(struct writer *w, const char *s, size_t n)
{
	n = n < w->left ? n : w->left;
	memcpy(w->p, s, n);
	w->p += n;
	w->left -= n;
	*w->p = '\0';
}

/* What stands at that place for a name, or NULL; `*len` is of the place. */
static const char *name_at(const char *s, const struct cure_names *given, size_t *len)
{
	for (size_t i = 0; *s == '{' && i < sizeof names / sizeof *names; i++) {
		size_t n = strlen(names[i].word);
		const char *name;

		if (strncmp(s + 1, names[i].word, n) != 0 || s[1 + n] != '}')
			continue;
		*len = n + 2;
		name = *(const char *const *)((const char *)given + names[i].at);
		return name && *name ? name : names[i].usual;
	}
	return NULL;
}

const char *cure_text(const char *cure, const struct cure_names *given, enum cure_form form,
    char buf[CURE_MAX])
{
	struct writer w = {buf, CURE_MAX - 1};
	bool begins = true;

	buf[0] = '\0';
	for (const char *s = cure; *s;) {
		size_t n = 1;
		const char *name = name_at(s, given, &n);

		if (name)
			put(&w, name, strlen(name));
		else if (form == CURE_SENTENCE && *s == '\n')
			put(&w, "; ", 2);
		else if (form == CURE_SENTENCE && begins && (*s == ' ' || *s == '!'))
			; /* indented, or advice: all the same in a sentence */
		else
			put(&w, s, 1);
		begins = *s == '\n' || (begins && (*s == ' ' || *s == '!'));
		s += n;
	}
	return buf;
}

const char *cure_of(enum reason r, const struct cure_names *given, enum cure_form form,
    char buf[CURE_MAX])
{
	return cure_text(reason_text(r)->cure, given, form, buf);
}

void cure_add(char buf[CURE_MAX], const char *cure, const struct cure_names *given)
{
	char lines[CURE_MAX];
	size_t at = strlen(buf);

	cure_text(cure, given, CURE_LINES, lines);
	snprintf(buf + at, CURE_MAX - at, "%s%s", at ? "\n" : "", lines);
}

const char *cure_range(cure_free_fn *is_free, void *ctx, char buf[CURE_RANGE_MAX])
{
	uint32_t net = 0xc0a80100;

	while (net < 0xc0a8ff00 && !is_free(ctx, net, net + 255))
		net += 256;
	snprintf(buf, CURE_RANGE_MAX, "192.168.%u.1-192.168.%u.254", net >> 8 & 255,
	    net >> 8 & 255);
	return buf;
}

const char *cure_next_name(const char *name, bool (*is_free)(void *ctx, const char *name),
    void *ctx, char buf[CURE_NAME_MAX])
{
	unsigned n = 2;

	do
		snprintf(buf, CURE_NAME_MAX, "%.56s-%u", name, n++);
	while (!is_free(ctx, buf));
	return buf;
}
