/* The connections that the kernel tracks, as translated: show xlate. */
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/names.h"
#include "cli/show/machine.h"

static struct show_connection with_names(
    const struct places *p, const struct msg_rec_connection *rec)
{
	return (struct show_connection){
	    rec, places_find(p, &rec->source), places_find(p, &rec->back_source)};
}

static void listed(struct act *a, const struct answer *r)
{
	struct msg_rec_connection *rec;
	struct places p = {0};
	size_t n;

	if (act_keeper_failed(a, r)) {
		act_done(a);
		return;
	}
	if (!places_read(&p, a->manager))
		act_refuse_unread(a);
	rec = answer_records(r, MSG_REC_CONNECTION, sizeof(*rec), &n);
	for (size_t i = 0; i < n; i++) {
		struct show_connection c = with_names(&p, &rec[i]);

		(void)show_translation(&a->out, &c);
	}
	if (n == CONNECTIONS_TOLD_MAX)
		act_say(a, "(more than %zu are not looked at)\n", n);
	free(rec);
	places_free(&p);
	act_done(a);
}

/* How many of them are translated only their list tells. */
static void translations(struct act *a, const struct answer *r)
{
	struct msg_rec_connection *rec;
	uint32_t translated = 0;
	size_t n;

	if (act_keeper_failed(a, r)) {
		act_done(a);
		return;
	}
	rec = answer_records(r, MSG_REC_CONNECTION, sizeof(*rec), &n);
	for (size_t i = 0; i < n; i++)
		translated += !addr_equal(&rec[i].back_dest, &rec[i].source) ||
			      !addr_equal(&rec[i].back_source, &rec[i].dest);
	free(rec);
	if (translated > a->manager->most_translated)
		a->manager->most_translated = translated;
	show_in_use(&a->out, translated, a->manager->most_translated);
	if (gram_typed(&a->match, "count")) {
		act_done(a);
		return;
	}
	show_translation_flags(&a->out);
	listed(a, r);
}

static void act_show_xlate(struct act *a)
{
	act_query(a, ROLE_KEEPER, "connections", NULL, NULL, translations);
}

const struct act_row acts_connection[] = {
    ACT(show_xlate),
    ACTS_END,
};
