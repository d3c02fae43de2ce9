/*
 * Certificates of authorities: taken from what is pasted, put into the running-config as the lines
 * of a chain, and shown. Who checks servers by them is aaa (cli/config/feed_trust.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/log/clock.h"
#include "cli/show/show.h"
#include "engine/crypto/certificate.h"

#define PASTE_MAX 16384 /* characters */

/* What is being pasted. */
struct paste {
	struct text text;
	struct certificate certificate;
	struct text lines; /* of the configuration */
};

static void drop(struct act *a)
{
	struct paste *p = a->work;

	a->work = NULL;
	a->drop = NULL;
	text_free(&p->text);
	text_free(&p->lines);
	free(p);
}

static void end(struct act *a)
{
	drop(a);
	act_done(a);
}

/* ---- into the configuration ---------------------------------------------------- */

static void stored(void *arg, enum settled how)
{
	struct act *a = arg;

	if (how == SETTLED_DONE)
		act_say(a, "\nTrustpoint CA certificate accepted.\n\n"
			   "%% Certificate successfully imported\n");
	else
		a->refused = true;
	end(a);
}

/* As the device prints it: words of four bytes, eight a line. */
static void chain_lines(struct text *t, const char *trustpoint, const struct certificate *c)
{
	text_addf(t, "crypto ca certificate chain %s\n certificate ca %s\n", trustpoint, c->serial);
	for (size_t i = 0; i < c->len; i++)
		text_addf(t, "%s%02x%s",
		    i % 32 == 0	 ? "    "
		    : i % 4 == 0 ? " "
				 : "",
		    c->der[i], i % 32 == 31 || i + 1 == c->len ? "\n" : "");
	text_add(t, "  quit\n");
}

static void store(struct act *a)
{
	struct paste *p = a->work;
	struct config_change change = {
	    .privilege = a->session->privilege, .out = &a->out, .done = stored, .arg = a};

	chain_lines(&p->lines, gram_arg(&a->match, "trustpoint"), &p->certificate);
	act_author(a, &change.author);
	settle_file(&a->manager->running.settle, &change, text_str(&p->lines), p->lines.len);
}

/* ---- is it the right one? ------------------------------------------------------- */

static const char question[] = "Do you accept this certificate? [yes/no]: ";

static void accepted(struct act *a, const char *answer)
{
	if (answer && strcasecmp(answer, "yes") == 0) {
		store(a);
	} else if (!answer || strcasecmp(answer, "no") == 0) {
		end(a);
	} else {
		act_say(a, "Please answer 'yes' or 'no'.\n");
		act_ask(a, 0, question, accepted);
	}
}

static void add_fingerprint(struct text *t, const uint8_t *sum, size_t n, const char *gap)
{
	for (size_t i = 0; i < n; i++)
		text_addf(t, "%s%02x", i && i % 4 == 0 ? gap : "", sum[i]);
}

/* Is that what was typed as the fingerprint: SHA-1's or SHA-256's? */
static bool is_fingerprint(const struct certificate *c, const char *typed)
{
	struct text sha1 = {0}, sha256 = {0};
	bool is;

	add_fingerprint(&sha1, c->sha1, sizeof c->sha1, "");
	add_fingerprint(&sha256, c->sha256, sizeof c->sha256, "");
	is = strcasecmp(typed, text_str(&sha1)) == 0 || strcasecmp(typed, text_str(&sha256)) == 0;
	text_free(&sha1);
	text_free(&sha256);
	return is;
}

static void judge(struct act *a)
{
	struct paste *p = a->work;
	const char *fingerprint = gram_arg(&a->match, "fingerprint");

	if (!certificate_paste(&p->certificate, text_str(&p->text))) {
		act_refuse(a, "ERROR: Failed to parse or verify imported certificate");
		end(a);
		return;
	}
	if (!p->certificate.authority)
		act_say(a, "WARNING: this is not the certificate of an authority: only the server "
			   "that has it itself is trusted by it\n");
	act_say(a, "\nINFO: Certificate has the following attributes:\nFingerprint:     ");
	add_fingerprint(&a->out, p->certificate.sha1, sizeof p->certificate.sha1, " ");
	act_say(a, "\n");
	if (fingerprint && !is_fingerprint(&p->certificate, fingerprint)) {
		act_refuse(a, "ERROR: the certificate has another fingerprint than was typed");
		end(a);
	} else if (fingerprint || gram_typed(&a->match, "nointeractive")) {
		store(a);
	} else {
		act_ask(a, 0, question, accepted);
	}
}

/* ---- pasted ------------------------------------------------------------------------ */

static void line_pasted(struct act *a, const char *line)
{
	struct paste *p = a->work;

	if (!line) {
		end(a);
	} else if (strcasecmp(line + strspn(line, " "), "quit") == 0) {
		judge(a);
	} else if (p->text.len + strlen(line) > PASTE_MAX) {
		act_refuse(a, "ERROR: that is too long for a certificate");
		end(a);
	} else {
		text_addf(&p->text, "%s\n", line);
		act_ask(a, 0, "", line_pasted);
	}
}

static void act_ca_authenticate(struct act *a)
{
	a->work = calloc(1, sizeof(struct paste));
	if (!a->work) {
		act_refuse(a, "ERROR: out of memory");
		act_done(a);
		return;
	}
	a->drop = drop;
	act_say(a, "Enter the base 64 encoded CA certificate.\n"
		   "End with the word \"quit\" on a line by itself\n");
	act_ask(a, 0, "", line_pasted);
}

const struct act_row acts_trust[] = {
    ACT(ca_authenticate),
    ACTS_END,
};
