/*
 * The keytab of Kerberos (MIT's file, version 2): taken from disk0 into the running-config, where
 * it is sealed, and shown by its principals. aaa proves by it that a KDC is the realm's.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/disk/disk.h"
#include "cli/disk/place.h"
#include "engine/crypto/base64.h"
#include "engine/crypto/crypto.h"
#include "engine/wire/wire.h"

#define KEYTAB_MAX 1500 /* bytes: what the column holds in base 64 */
#define VERSION 0x0502

/* ---- the file -------------------------------------------------------------------- */

/* One key of it; its texts are the file's. */
struct entry {
	struct rd name; /* realm and components, each behind its length */
	uint16_t components;
	uint32_t version;
	uint16_t type;
};

static bool skip_text(struct rd *r)
{
	rd_skip(r, rd_u16(r));
	return !r->bad;
}

/* The next key, holes left out. 1, 0 at the end, -1 when it is no keytab. */
static int next_entry(struct rd *r, struct entry *e)
{
	struct rd in;
	int32_t size;

	do {
		if (rd_left(r) < 4)
			return rd_left(r) ? -1 : 0;
		size = (int32_t)rd_u32(r);
		if (size < 0)
			rd_skip(r, (size_t) - (int64_t)size);
	} while (size < 0 && !r->bad);
	in = rd_sub(r, (size_t)size);
	e->components = rd_u16(&in);
	e->name = in;
	for (unsigned i = 0; i <= e->components; i++)
		if (!skip_text(&in))
			return -1;
	rd_skip(&in, 8); /* type of the name, time */
	e->version = rd_u8(&in);
	e->type = rd_u16(&in);
	if (!skip_text(&in))
		return -1;
	if (rd_left(&in) >= 4)
		e->version = rd_u32(&in);
	return !r->bad && !in.bad ? 1 : -1;
}

/* How many keys; 0: it is no keytab. */
static unsigned n_keys(const uint8_t *file, size_t len)
{
	struct rd r = rd_init(file, len);
	struct entry e;
	unsigned n = 0;
	int more;

	if (rd_u16(&r) != VERSION)
		return 0;
	while ((more = next_entry(&r, &e)) > 0)
		n++;
	return more < 0 ? 0 : n;
}

/* ---- taken ------------------------------------------------------------------------ */

static void stored(void *arg, enum settled how)
{
	struct act *a = arg;

	a->refused = how != SETTLED_DONE;
	act_done(a);
}

static void store(struct act *a, const uint8_t *file, size_t len)
{
	char line[32 + BASE64_TEXT(KEYTAB_MAX)];
	struct config_change change = {
	    .privilege = a->session->privilege, .out = &a->out, .done = stored, .arg = a};
	size_t used = (size_t)snprintf(line, sizeof line, "aaa kerberos keytab ");

	base64_encode(file, len, line + used);
	used = strlen(line);
	line[used++] = '\n';
	act_author(a, &change.author);
	settle_file(&a->manager->running.settle, &change, line, used);
	crypto_wipe(line, sizeof line);
}

static void act_import_keytab(struct act *a)
{
	const char *typed = gram_arg(&a->match, "file"), *why = "Invalid file name";
	struct place p;
	char *file = NULL;
	size_t len = 0;

	if (!place_parse(typed, &p, &why) || p.kind != PLACE_DISK || !p.file[0])
		act_refuse(a, "%%Error opening %s (%s)", typed, why);
	else if (!(file = disk_read(a->manager->state, p.file, &len)))
		act_refuse(a, "%%Error opening disk0:/%s (%s)", p.file, strerror(errno));
	else if (len > KEYTAB_MAX)
		act_refuse(a, "ERROR: %s has more than %d bytes; put only our own keys into it",
		    typed, KEYTAB_MAX);
	else if (!n_keys((const uint8_t *)file, len))
		act_refuse(a, "ERROR: %s is no keytab with keys", typed);
	if (a->refused)
		act_done(a);
	else
		store(a, (const uint8_t *)file, len);
	if (file)
		crypto_wipe(file, len);
	free(file);
}

/* ---- shown ------------------------------------------------------------------------ */

static void show_text(struct act *a, struct rd *r)
{
	size_t len = rd_u16(r);
	const uint8_t *text = rd_bytes(r, len);

	if (text)
		act_say_foreign(a, (const char *)text, len);
}

static void show_entry(struct act *a, const struct entry *e)
{
	struct rd parts = e->name, realm = e->name;

	act_say(a, "Principal: ");
	skip_text(&parts);
	for (unsigned i = 0; i < e->components; i++) {
		act_say(a, "%s", i ? "/" : "");
		show_text(a, &parts);
	}
	act_say(a, "@");
	show_text(a, &realm);
	act_say(a, "\nKey version: %u\nKey type: %u\n", e->version, e->type);
}

static void act_show_keytab(struct act *a)
{
	char text[BASE64_TEXT(KEYTAB_MAX)] = "";
	uint8_t file[KEYTAB_MAX];
	struct entry e;
	int len = -1;
	struct rd r;

	if (db_get(a->manager->running.db, "kerberos", "keytab", NULL, 0, text, sizeof text))
		len = base64_decode(text, strlen(text), file, sizeof file);
	if (len < 2) {
		act_say(a, "No keytab has been imported\n");
	} else {
		r = rd_init(file + 2, (size_t)len - 2);
		while (next_entry(&r, &e) > 0)
			show_entry(a, &e);
	}
	crypto_wipe(text, sizeof text);
	crypto_wipe(file, sizeof file);
	act_done(a);
}

const struct act_row acts_keytab[] = {
    ACT(import_keytab),
    ACT(show_keytab),
    ACTS_END,
};
