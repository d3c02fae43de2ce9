/*
 * The bytes of a copy: from where they are into memory, from there to where they
 * are to be. Children of the keeper's speak to servers; what changes the
 * running-config waits for its turn.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/acts/copy_private.h"
#include "cli/acts/frame.h"
#include "cli/acts/startup.h"
#include "cli/acts/task.h"
#include "cli/disk/disk.h"
#include "cli/log/clock.h"
#include "cli/login/rights.h"
#include "engine/child/limits.h"
#include "engine/crypto/base64.h"
#include "engine/crypto/crypto.h"

#define DISK_PIECE (512u << 10)
#define MARK_BYTES 65536u /* a `!` for so many */

static struct manager *manager_of(const struct copy *c)
{
	return c->act->manager;
}

/* ---- the log ------------------------------------------------------------------------- */

/* Where a configuration comes from or goes to, as the log calls it. */
static const char *device(const struct place *p)
{
	return p->kind == PLACE_URL ? p->scheme : p->kind == PLACE_DISK ? "disk0" : p->file;
}

/* A configuration goes somewhere or has come from there: the beginning of that. */
static void log_begin(const struct copy *c)
{
	struct audit *log = &manager_of(c)->audit;

	if (c->from.kind == PLACE_RUNNING && c->to.kind != PLACE_STARTUP)
		audit_add(log, 5, 111001, "Begin configuration: %s writing to %s",
		    c->act->session->from, device(&c->to));
	else if (c->to.kind == PLACE_RUNNING)
		audit_add(log, 5, 111007, "Begin configuration: %s reading from %s",
		    c->act->session->from, device(&c->from));
}

static void log_end(const struct copy *c, const char *how)
{
	bool writes = c->from.kind == PLACE_RUNNING && c->to.kind != PLACE_STARTUP;

	if (writes || c->to.kind == PLACE_RUNNING)
		audit_add(&manager_of(c)->audit, 5, writes ? 111004 : 111005,
		    "%s end configuration: %s", c->act->session->from, how);
}

/* ---- the end ------------------------------------------------------------------------- */

static void finish(struct copy *c)
{
	struct act *a = c->act;

	a->drop(a);
	a->drop = NULL;
	act_done(a);
}

static void end_line(struct copy *c)
{
	if (c->in_line)
		act_say(c->act, "\n");
	c->in_line = false;
}

/* "%Error VERB disk0:/x (why)", at the beginning of a line. */
static void failed(struct copy *c, const char *verb, const struct place *p, const char *why)
{
	char shown[PLACE_TEXT_MAX];

	place_show(p, shown);
	end_line(c);
	log_end(c, "FAILED");
	act_say(c->act, "%%Error %s %s (", verb, shown);
	act_say_foreign(c->act, why, strlen(why));
	act_refuse(c->act, ")");
	finish(c);
}

static void say_copied(struct copy *c)
{
	uint64_t ms = (uv_hrtime() - c->start) / 1000000, s = ms / 1000;

	end_line(c);
	log_end(c, "OK");
	act_say(c->act, "%zu bytes copied in %llu.%03llu secs (%llu bytes/sec)\n", c->bytes.len,
	    (unsigned long long)s, (unsigned long long)(ms % 1000),
	    (unsigned long long)(c->bytes.len / (s ? s : 1)));
	finish(c);
}

static void mark(struct copy *c, size_t bytes)
{
	while (c->marks * MARK_BYTES < bytes) {
		act_say(c->act, "!");
		c->marks++;
		c->in_line = true;
	}
	act_flush(c->act);
}

/* ---- URLs -------------------------------------------------------------------------------- */

static void fetch(struct copy *);
static void send_file(struct copy *);

static struct place *remote(struct copy *c)
{
	return c->uploading ? &c->to : &c->from;
}

static void trusted(struct act *a, const char *answer)
{
	struct copy *c = copy_of(a);
	struct place *p = remote(c);

	if (!answer || (strcasecmp(answer, "yes") != 0 && strcasecmp(answer, "y") != 0)) {
		failed(c, "opening", p, "The host key was not accepted");
		return;
	}
	if (!scp_host_accept(manager_of(c)->state, p->host, c->offered))
		act_say(a, "WARNING: the host key could not be stored: %s\n", strerror(errno));
	strcpy(c->known, c->offered);
	c->offered[0] = 0;
	if (c->uploading)
		send_file(c);
	else
		fetch(c);
}

/* A host whose key nobody has accepted: is it the one that is meant? */
static void ask_for_trust(struct copy *c)
{
	char question[500];
	struct place *p = remote(c);

	if (c->act->session->script) {
		failed(c, "opening", p,
		    "The host key is not known; copy once from a terminal to accept it");
		return;
	}
	snprintf(question, sizeof question,
	    "\nThe authenticity of host '%s' can't be established.\n"
	    "Key fingerprint is SHA256:%s.\n"
	    "Are you sure you want to continue connecting (yes/no)? ",
	    p->host, c->offered);
	act_ask(c->act, 0, question, trusted);
}

static void key_shown(struct copy *c, const struct stream_frame *f)
{
	struct chunk key = {f->data, f->len};
	uint8_t sum[32];

	if (crypto_hash(manager_of(c)->crypto, HASH_SHA256, &key, 1, sum)) {
		base64_encode(sum, sizeof sum, c->offered);
		c->offered[strcspn(c->offered, "=")] = 0;
	}
}

/* The child's request; the URL is `url`. */
static struct ipc_msg request(struct copy *c, bool upload, char url[PLACE_TEXT_MAX])
{
	struct place *p = upload ? &c->to : &c->from;
	struct ipc_msg m = {.type = MSG_KEEP_TRANSFER,
	    .fd = -1,
	    .keep_transfer = {.upload = upload, .url = url, .limit = TRANSFER_BYTES_MAX}};

	if (!place_url(p, url))
		url[0] = 0; /* which the keeper refuses */
	if (!strcmp(p->scheme, "scp") && !c->known[0])
		scp_host_key(manager_of(c)->state, p->host, c->known);
	m.keep_transfer.known = c->known;
	return m;
}

/* ---- where it goes -------------------------------------------------------------------------- */

static void applied(void *arg, enum settled how)
{
	struct copy *c = copy_of(arg);

	c->act->refused = how != SETTLED_DONE;
	say_copied(c);
}

static void to_running(void *arg)
{
	struct copy *c = arg;
	struct config_change change = {/* what he may not type comes from no file either */
	    .privilege = rights_seen(manager_of(c), c->act->session->privilege),
	    .out = &c->act->out,
	    .done = applied,
	    .arg = c->act};

	end_line(c);
	act_author(c->act, &change.author);
	settle_file(&manager_of(c)->running.settle, &change, text_str(&c->bytes), c->bytes.len);
}

static void to_startup(struct copy *c)
{
	end_line(c);
	if (c->from.kind == PLACE_RUNNING) {
		frame_save(c->act);
		finish(c);
	} else if (startup_put(c->act, text_str(&c->bytes), c->bytes.len)) {
		say_copied(c);
	} else {
		finish(c);
	}
}

/* Pieces: a whole file at once would keep everybody waiting for the disk. */
static void write_piece(uv_timer_t *t)
{
	struct copy *c = t->data;
	size_t left = c->bytes.len - c->sent, n = left < DISK_PIECE ? left : DISK_PIECE;

	if (n && disk_put(&c->writer, c->bytes.p + c->sent, n))
		c->sent += n;
	else if (!n && disk_end(&c->writer))
		say_copied(c);
	else
		failed(c, "writing", &c->to, strerror(errno));
}

static void to_disk(struct copy *c)
{
	struct manager *m = manager_of(c);

	if (!disk_begin(&c->writer, m->state, c->to.file, c->bytes.len)) {
		failed(c, "writing", &c->to, strerror(errno));
		return;
	}
	c->pace = malloc(sizeof(*c->pace));
	if (!c->pace)
		abort();
	uv_timer_init(m->loop, c->pace);
	c->pace->data = c;
	uv_timer_start(c->pace, write_piece, 0, 1);
}

static void on_pace_closed(uv_handle_t *h)
{
	free(h);
}

void copy_close(struct copy *c)
{
	if (c->pace)
		uv_close((uv_handle_t *)c->pace, on_pace_closed);
	c->pace = NULL;
	disk_abandon(&c->writer);
}

/* The next piece, when the last one has left. */
static void feed(void *arg)
{
	struct act *a = arg;
	struct copy *c = copy_of(a);
	size_t n = c->bytes.len - c->sent < STREAM_MAX ? c->bytes.len - c->sent : STREAM_MAX;

	if (!n) {
		child_send(a->child, STREAM_END, "", 0, NULL);
		return;
	}
	c->sent += n;
	child_send(a->child, STREAM_DATA, c->bytes.p + c->sent - n, n, feed);
}

static void upload_framed(struct act *a, const struct stream_frame *f)
{
	struct copy *c = copy_of(a);

	if (f->type == STREAM_HOST_KEY)
		key_shown(c, f);
	else if (f->type == STREAM_PROGRESS && f->len == 4)
		mark(c, (size_t)f->data[0] << 24 | (size_t)f->data[1] << 16 |
			    (size_t)f->data[2] << 8 | f->data[3]);
}

static void upload_ended(struct act *a, const char *why)
{
	struct copy *c = copy_of(a);

	if (why && c->offered[0])
		ask_for_trust(c);
	else if (why)
		failed(c, "writing", &c->to, why);
	else
		say_copied(c);
}

static void send_file(struct copy *c)
{
	static const struct act_task task = {
	    .framed = upload_framed, .ended = upload_ended, .heard = feed};
	char url[PLACE_TEXT_MAX];
	struct ipc_msg m = request(c, true, url);

	c->sent = 0;
	c->uploading = true;
	act_task(c->act, &m, &task);
	explicit_bzero(url, sizeof url);
}

/* The file is in memory. */
static void put(struct copy *c)
{
	struct turns *turns = &manager_of(c)->running.settle.turns;

	if (text_failed(&c->bytes)) {
		failed(c, "copying", &c->from, strerror(ENOMEM));
		return;
	}
	switch (c->to.kind) {
	case PLACE_DISK:
		to_disk(c);
		break;
	case PLACE_URL:
		c->known[0] = 0;
		send_file(c);
		break;
	case PLACE_STARTUP:
		to_startup(c);
		break;
	case PLACE_RUNNING:
		c->turn = (struct waiter){.go = to_running, .ctx = c};
		if (turns->taken)
			turns_wait(turns, &c->turn);
		else
			to_running(c);
		break;
	}
}

/* ---- where it comes from --------------------------------------------------------------------- */

static void fetch_framed(struct act *a, const struct stream_frame *f)
{
	struct copy *c = copy_of(a);

	if (f->type == STREAM_HOST_KEY)
		key_shown(c, f);
	if (f->type != STREAM_DATA)
		return;
	text_addn(&c->bytes, (const char *)f->data, f->len);
	mark(c, c->bytes.len);
}

static void fetch_ended(struct act *a, const char *why)
{
	struct copy *c = copy_of(a);

	if (why && c->offered[0])
		ask_for_trust(c);
	else if (why)
		failed(c, "opening", &c->from, why);
	else
		put(c);
}

static void fetch(struct copy *c)
{
	static const struct act_task task = {.framed = fetch_framed, .ended = fetch_ended};
	char url[PLACE_TEXT_MAX], shown[PLACE_TEXT_MAX];
	struct ipc_msg m = request(c, false, url);

	place_show(&c->from, shown);
	act_say(c->act, "\nAccessing %s...", shown);
	c->in_line = true;
	act_flush(c->act);
	act_task(c->act, &m, &task);
	explicit_bzero(url, sizeof url);
}

/* What a file that is read whole has; its memory goes. */
static void got(struct copy *c, char *text, size_t len)
{
	const char *why = strerror(errno);

	if (text) {
		text_addn(&c->bytes, text, len);
		explicit_bzero(text, len);
		free(text);
		put(c);
	} else {
		failed(c, "opening", &c->from, why);
	}
}

void copy_move(struct copy *c)
{
	char *text;
	size_t len = 0;

	c->start = uv_hrtime();
	log_begin(c);
	switch (c->from.kind) {
	case PLACE_RUNNING:
		if (frame_text(manager_of(c), RENDER_CLEAR, &c->bytes)) {
			if (c->to.kind != PLACE_STARTUP)
				frame_say_checksum(c->act);
			put(c);
		} else {
			act_refuse_unread(c->act);
			finish(c);
		}
		break;
	case PLACE_STARTUP:
		text = db_startup_text(manager_of(c)->running.db, &len);
		got(c, text, len);
		break;
	case PLACE_DISK:
		text = disk_read(manager_of(c)->state, c->from.file, &len);
		got(c, text, len);
		break;
	case PLACE_URL:
		fetch(c);
		break;
	}
}
