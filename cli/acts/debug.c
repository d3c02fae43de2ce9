/* debug, no debug, undebug, debug crypto condition, show debug: what the session listens to
 * (debug_hub.c), and to whose lines. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"

/* ---- classes ---------------------------------------------------------------------------- */

/* The classes that the line names, or all of them. */
static bool is_meant(const struct act *a, enum trace_class cls)
{
	const char *part, *word = debug_word(cls, &part), *typed = gram_arg(&a->match, "part");
	const char *crypto = gram_arg(&a->match, "class");

	if (gram_typed(&a->match, "all"))
		return true;
	if (crypto)
		return debug_names(crypto, NULL, cls);
	return gram_typed(&a->match, word) && debug_names(word, typed, cls);
}

static void set_level(struct act *a, int level)
{
	const char *part;

	for (enum trace_class cls = 0; cls < TRACE_CLASSES; cls++) {
		(void)debug_word(cls, &part);
		if (is_meant(a, cls))
			debug_set(&a->manager->debug, &a->session->debug, cls, (uint8_t)level);
	}
	act_done(a);
}

/* Packets are told at the level of details: who asks for them alone need not say it. */
static int default_level(const struct act *a)
{
	const char *part = gram_arg(&a->match, "part");

	return part && part[0] == 'p' ? TRACE_DEBUG : TRACE_EVENT;
}

/* [no] debug CLASS [LEVEL] */
static void act_exec_debug(struct act *a)
{
	const char *level = gram_arg(&a->match, "level");
	int n = level ? atoi(level) : default_level(a);

	set_level(a, a->match.negated ? 0 : n);
}

/* undebug CLASS, undebug all */
static void act_exec_no_debug(struct act *a)
{
	set_level(a, 0);
}

static void act_show_debug(struct act *a)
{
	static const char *const word[] = {"crypto", "l2tp", "ppp", "aaa", "radius", "tacacs",
	    "ldap", "kerberos", "ntdomain", "sdi", "ssh"};
	const char *only = NULL;

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++)
		if (gram_typed(&a->match, word[i]))
			only = word[i];
	debug_show(&a->session->debug, only, &a->out);
	act_done(a);
}

/* ---- conditions ----------------------------------------------------------------------------- */

static const struct {
	const char *word, *heading;
} kind_of[TRACE_FILTER_KINDS] = {
    [TRACE_BY_PEER] = {"peer", "IKE peer IP address filters:"},
    [TRACE_BY_USER] = {"user", "IKE user name filters:"},
    [TRACE_BY_GROUP] = {"group", "IKE group filters:"},
};

/* "10.1.1.0/24" of the address and the mask of the line; false: there is something wrong. */
static bool network_of(struct act *a, char *to, size_t size)
{
	const char *text = gram_arg(&a->match, "peer"), *mask_text = gram_arg(&a->match, "mask");
	struct addr address, mask = prefix_mask(32);
	char net[ADDR_TEXT_MAX];

	if (!addr_parse(text, &address) || (mask_text && !addr_parse(mask_text, &mask)))
		return false;
	address = addr_v4(addr_to_v4(&address) & addr_to_v4(&mask));
	snprintf(to, size, "%s/%d", addr_text(&address, net), mask_prefix(&mask));
	return true;
}

static void act_debug_condition(struct act *a)
{
	struct debug_hub *h = &a->manager->debug;
	struct debug_listener *l = &a->session->debug;
	char network[ADDR_TEXT_MAX + 4];

	if (gram_typed(&a->match, "reset"))
		debug_condition_reset(h, l);
	if (gram_typed(&a->match, "unmatched"))
		debug_unmatched(h, l, !a->match.negated);
	for (enum trace_filter_kind k = 0; k < TRACE_FILTER_KINDS; k++) {
		const char *value = gram_arg(&a->match, kind_of[k].word);

		if (value && k == TRACE_BY_PEER)
			value = network_of(a, network, sizeof(network)) ? network : "";
		if (!value || debug_condition(h, l, k, value, !a->match.negated))
			continue;
		if (a->match.negated)
			act_refuse(a, "ERROR: there is no such condition");
		else
			act_refuse(
			    a, "ERROR: at most %d conditions of each kind", TRACE_FILTER_MAX);
	}
	act_done(a);
}

static void act_show_debug_condition(struct act *a)
{
	const struct trace_filter *f = &a->session->debug.filter;
	bool some = gram_typed(&a->match, "peer") || gram_typed(&a->match, "user") ||
		    gram_typed(&a->match, "group");

	if (!some)
		act_say(a,
		    "Crypto conditional debug is turned %s\n"
		    "IKE debug context unmatched flag:  %s\n",
		    trace_filter_empty(f) ? "OFF" : "ON", f->unmatched ? "ON" : "OFF");
	for (enum trace_filter_kind k = 0; k < TRACE_FILTER_KINDS; k++) {
		if (!f->n[k] || (some && !gram_typed(&a->match, kind_of[k].word)))
			continue;
		act_say(a, "\n%s\n", kind_of[k].heading);
		for (unsigned i = 0; i < f->n[k]; i++)
			act_say(a, "%s%s", i ? "    " : "", f->v[k][i]);
		act_say(a, "\n");
	}
	act_done(a);
}

const struct act_row acts_debug[] = {
    LIVE_ACT(exec_debug),
    LIVE_ACT(exec_no_debug),
    LIVE_ACT(show_debug),
    LIVE_ACT(debug_condition),
    LIVE_ACT(show_debug_condition),
    ACTS_END,
};
