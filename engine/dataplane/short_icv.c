/* See short_icv.h. */
#include "engine/dataplane/short_icv.h"

#define SHORT 12 /* bytes */
#define LOOKS 8  /* at packets of the right length, of an SA's life */

/* The packet stays as it is: its copy is deciphered. */
static bool fits(struct worker *w, struct dp_sa *sa, const struct packet *p)
{
	PACKET_HERE(copy);
	struct esp_job job;

	if (!packet_fill(&copy, p->data, p->len) || !esp_open(&copy, sa->in.key, &job))
		return false;
	sa->looks++;
	crypt_run(w->crypt, &job, 1, false);
	return job.ok;
}

static uint8_t length_of(bool cut)
{
	return cut ? SHORT : hash_info[HASH_SHA256].icv;
}

void short_icv_presume(struct dp_sa *sa)
{
	if (!sa->may_short_icv || !sa->peer->short_icv ||
	    crypt_key_hash(sa->in.key) != HASH_SHA256)
		return;
	crypt_key_cut(sa->in.key, SHORT);
	sa->short_icv = true;
}

enum short_icv short_icv_look(struct worker *w, struct dp_sa *sa, const struct packet *p)
{
	bool other = !sa->short_icv, good;

	if (crypt_key_hash(sa->in.key) != HASH_SHA256 || sa->looks == LOOKS ||
	    get(&sa->in.packets))
		return SHORT_ICV_NO;
	crypt_key_cut(sa->in.key, length_of(other));
	good = fits(w, sa, p);
	if (good && (sa->may_short_icv || !other)) {
		if (sa->out.key)
			crypt_key_cut(sa->out.key, length_of(other));
		sa->short_icv = sa->peer->short_icv = other;
		return SHORT_ICV_TAKEN;
	}
	crypt_key_cut(sa->in.key, length_of(sa->short_icv));
	if (good)
		count(&w->stats.short_icv_refused, 1);
	return good ? SHORT_ICV_REFUSED : SHORT_ICV_NO;
}
