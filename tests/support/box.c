/* The messages of the other roles are played on one loop; nothing here waits for a clock. */
#include "engine/net/acl.h"
#include "tests/support/box.h"
#include "tests/support/one_crypto.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/ipc/shape.h"

extern const char grammars_all[], grammars_all_end[];

uv_loop_t box_loop;

/* ---- what a role has been told, object by object ------------------------------------ */

void mirror_clear(struct mirror *m)
{
	if (m->fresh)
		mirror_clear(m->fresh);
	free(m->fresh);
	free(m->v);
	*m = (struct mirror){0};
}

static void copy_keys(const struct ipc_shape *s, char *to, const char *from)
{
	for (unsigned i = 0; i < s->n; i++)
		if (s->fields[i].part == PART_KEY)
			memcpy(to + s->fields[i].offset, from + s->fields[i].offset,
			    ipc_size(s->fields[i].kind));
}

/* The fields that tell one object from another; a message without is the only one of its kind. */
static bool key_of(struct ipc_msg *m, struct ipc_msg *key, uint8_t **op)
{
	*key = (struct ipc_msg){.type = m->type, .fd = -1};
	switch (m->type) {
#define OBJECT(TYPE, s, COPY) \
	case TYPE: \
		*op = &m->s.op; \
		COPY; \
		return true;
#define FIELD(s, f) key->s.f = m->s.f
		OBJECT(MSG_KEEP_INTERFACE, keep_interface, FIELD(keep_interface, device);
		       m->keep_interface.id = 0)
		OBJECT(MSG_KEEP_FORWARDING, keep_forwarding, FIELD(keep_forwarding, device);
		       m->keep_forwarding.id = 0)
		OBJECT(MSG_KEEP_MTU, keep_mtu, FIELD(keep_mtu, device); m->keep_mtu.id = 0)
		OBJECT(MSG_KEEP_VLAN, keep_vlan, FIELD(keep_vlan, device); m->keep_vlan.id = 0)
		OBJECT(MSG_KEEP_CLIENT_ARP, keep_client_arp, FIELD(keep_client_arp, device);
		       m->keep_client_arp.id = 0)
		OBJECT(MSG_CFG_ACCESS_LIST, cfg_access_list, FIELD(cfg_access_list, name))
		OBJECT(MSG_KEEP_ACCESS_LIST, keep_access_list, FIELD(keep_access_list, name);
		       m->keep_access_list.id = 0)
		OBJECT(MSG_KEEP_ACCESS_GROUP, keep_access_group, FIELD(keep_access_group, device);
		       FIELD(keep_access_group, way); m->keep_access_group.id = 0)
		OBJECT(MSG_KEEP_ZONE, keep_zone, FIELD(keep_zone, device); m->keep_zone.id = 0)
		OBJECT(MSG_KEEP_NAT, keep_nat, FIELD(keep_nat, order); m->keep_nat.id = 0)
		OBJECT(MSG_KEEP_ROUTE, keep_route, FIELD(keep_route, device);
		       FIELD(keep_route, dest); FIELD(keep_route, mask); FIELD(keep_route, gateway);
		       FIELD(keep_route, metric); m->keep_route.id = 0)
	default:
		*op = ipc_op(m);
		copy_keys(ipc_shape(m->type), ipc_body(key), ipc_body(m));
		return strncmp(ipc_name(m->type), "CFG_", 4) == 0;
	}
}

/* A list is told in steps: makes of one the whole list, by what stood there; `room` is where. */
static void whole_list(const struct object *before, struct ipc_msg *msg, uint8_t *room, size_t size)
{
	bool keeper = msg->type == MSG_KEEP_ACCESS_LIST;
	struct msg_keep_access_list *k = &msg->keep_access_list;
	struct msg_cfg_access_list *c = &msg->cfg_access_list;
	uint32_t *at = keeper ? &k->at : &c->at, *removed = keeper ? &k->removed : &c->removed;
	struct bytes *rules = keeper ? &k->rules : &c->rules, old = {0};
	size_t from = ACL_RULE_BYTES * (size_t)*at, to = from + ACL_RULE_BYTES * (size_t)*removed;
	struct ipc_msg was;

	if (before) {
		ck_assert(ipc_decode(&was, before->bytes, before->len));
		old = keeper ? was.keep_access_list.rules : was.cfg_access_list.rules;
	}
	ck_assert(to <= old.len && old.len - to + from + rules->len <= size);
	if (old.len) {
		memcpy(room, old.p, from);
		memcpy(room + from + rules->len, old.p + to, old.len - to);
	}
	if (rules->len)
		memcpy(room + from, rules->p, rules->len);
	*rules = (struct bytes){(uint16_t)(old.len - to + from + rules->len), room};
	*at = *removed = 0;
}

static bool is_list(const struct ipc_msg *m)
{
	return m->type == MSG_CFG_ACCESS_LIST || m->type == MSG_KEEP_ACCESS_LIST;
}

static void mirror_put(struct mirror *m, struct ipc_msg *msg)
{
	uint8_t room[sizeof((struct object *)0)->bytes];
	struct ipc_msg key;
	struct object o = {0};
	uint8_t *op;
	bool deleted;
	size_t i = 0;

	if (!key_of(msg, &key, &op))
		return;
	deleted = op && *op == CFG_DELETE;
	if (op)
		*op = 0;
	o.key_len = ipc_encode(&key, o.key, sizeof o.key);
	ck_assert(o.key_len);
	while (i < m->n &&
	       (m->v[i].key_len != o.key_len || memcmp(m->v[i].key, o.key, o.key_len) != 0))
		i++;
	if (is_list(msg) && !deleted)
		whole_list(i < m->n ? &m->v[i] : NULL, msg, room, sizeof room);
	o.len = ipc_encode(msg, o.bytes, sizeof o.bytes);
	ck_assert(o.len);
	if (deleted) {
		if (i < m->n)
			m->v[i] = m->v[--m->n];
		return;
	}
	if (i == m->n && m->n == m->size) {
		m->size = 2 * m->size + 16;
		m->v = realloc(m->v, m->size * sizeof *m->v);
		ck_assert_ptr_nonnull(m->v);
	}
	m->v[i] = o;
	m->n += i == m->n;
}

void mirror_message(struct mirror *m, struct ipc_msg *msg)
{
	if (msg->type == MSG_CFG_BEGIN && msg->cfg_begin.snapshot) {
		if (m->fresh)
			mirror_clear(m->fresh);
		free(m->fresh);
		m->fresh = calloc(1, sizeof *m->fresh);
	} else if (msg->type == MSG_CFG_END && m->fresh) {
		struct mirror *fresh = m->fresh;

		m->fresh = NULL;
		mirror_clear(m);
		*m = *fresh;
		free(fresh);
	} else if (msg->type != MSG_CFG_BEGIN && msg->type != MSG_CFG_END) {
		mirror_put(m->fresh ? m->fresh : m, msg);
	}
}

static int by_key(const void *a, const void *b)
{
	const struct object *x = a, *y = b;
	size_t n = x->key_len < y->key_len ? x->key_len : y->key_len;
	int order = memcmp(x->key, y->key, n);

	return order ? order : (x->key_len > y->key_len) - (x->key_len < y->key_len);
}

void mirror_describe(const struct mirror *m, struct text *t)
{
	char line[2000];
	struct ipc_msg msg;

	if (m->n)
		qsort(m->v, m->n, sizeof *m->v, by_key);
	for (size_t i = 0; i < m->n; i++) {
		ck_assert(ipc_decode(&msg, m->v[i].bytes, m->v[i].len));
		ipc_print(&msg, line, sizeof line);
		text_addf(t, "%s\n", line);
	}
}

/* ---- an appliance --------------------------------------------------------------------- */

void box_show(void *ctx, enum console_type type, const void *data, size_t len)
{
	struct box *b = ctx;

	if (type == CONSOLE_TEXT)
		text_addn(&b->screen, data, len);
	if (type == CONSOLE_QUESTION) {
		text_addn(&b->screen, (const char *)data + 1, len - 1);
		b->question = true;
	}
	if (type == CONSOLE_PROMPT)
		snprintf(b->prompt, sizeof b->prompt, "%.*s", (int)len, (const char *)data);
	if (type == CONSOLE_DONE) {
		b->done++;
		b->status = *(const uint8_t *)data;
	}
}

static void answer(struct box *b, uint32_t id)
{
	struct ipc_msg m = {.type = MSG_KEEP_REPLY, .fd = -1};

	b->asked = id;
	if (b->mute)
		return;
	m.keep_reply.id = id;
	m.keep_reply.error = b->error;
	m.keep_reply.text = b->error ? "the kernel said no" : "";
	ipc_send(b->keeper, &m);
}

void box_answer(struct box *b)
{
	b->mute = false;
	answer(b, b->asked);
	box_turn();
}

static void told_keeper(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct box *b = arg;

	(void)ch;
	if (strncmp(ipc_name(m->type), "KEEP_", 5) == 0 && ipc_id(m) &&
	    (ipc_op(m) || m->type == MSG_KEEP_FLUSH || m->type == MSG_KEEP_TRAFFIC))
		answer(b, *ipc_id(m));
	if (!b->error)
		mirror_message(&b->told[ROLE_KEEPER], m);
}

static void told_engine(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	(void)ch;
	mirror_message(&((struct box *)arg)->told[ROLE_ENGINE], m);
}

/* It knows nobody. */
static void told_aaa(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct ipc_msg reply = {.type = MSG_AUTH_REPLY, .fd = -1,
	    .auth_reply = {.id = m->auth_request.id, .result = AUTH_REJECT}};

	if (m->type == MSG_AUTH_REQUEST)
		ipc_send(ch, &reply);
	mirror_message(&((struct box *)arg)->told[ROLE_AAA], m);
}

static void gone(void *arg, struct ipc_channel *ch)
{
	(void)arg;
	(void)ch;
}

void box_turn(void)
{
	for (int i = 0; i < 6; i++)
		uv_run(&box_loop, UV_RUN_NOWAIT);
}

/* Starts the manager in the folder that there is; false with `error`. */
bool box_start(struct box *b, const char *boot, char *error, size_t size)
{
	static const char *const hardware[] = {"GigabitEthernet0/0", "GigabitEthernet0/1"};
	struct console_hello hello = {.kind = CONSOLE_KIND_SCRIPT};
	struct ipc_channel *keeper, *engine, *aaa;
	struct manager_start s = {.loop = &box_loop, .grammar = grammars_all, .state = b->dir,
	    .grammar_len = (size_t)(grammars_all_end - grammars_all), .boot_id = boot};

	s.crypto = one_crypto();
	ck_assert(ipc_channel_pair(&box_loop, &keeper, &b->keeper));
	ipc_channel_listen(b->keeper, told_keeper, gone, b);
	for (int i = 0; i < 2; i++) {
		struct ipc_msg link = {.type = MSG_LINK_STATE, .fd = -1};
		char device[8];

		snprintf(device, sizeof device, "eth%d", i);
		link.link_state.device = device;
		link.link_state.hardware = hardware[i];
		link.link_state.mac = "";
		link.link_state.ifindex = (uint32_t)i + 1;
		link.link_state.up = link.link_state.carrier = 1;
		ipc_send(b->keeper, &link);
	}
	s.keeper = keeper;
	b->m = manager_open(&s, error, size);
	if (b->m)
		trail_open(&b->trail, &b->m->audit);
	box_turn();
	if (!b->m)
		return false;
	ck_assert(ipc_channel_pair(&box_loop, &engine, &b->engine));
	ipc_channel_listen(b->engine, told_engine, gone, b);
	ck_assert(ipc_channel_pair(&box_loop, &aaa, &b->aaa));
	ipc_channel_listen(b->aaa, told_aaa, gone, b);
	manager_peer(b->m, ROLE_ENGINE, engine);
	manager_peer(b->m, ROLE_AAA, aaa);
	b->op = operator_new(b->m, &hello, box_show, b);
	ck_assert_ptr_nonnull(b->op);
	box_turn();
	return true;
}

void box_stop(struct box *b)
{
	if (b->m) {
		operator_free(b->op);
		trail_close(&b->trail);
		manager_close(b->m);
		ipc_channel_close(b->engine);
		ipc_channel_close(b->aaa);
		b->m = NULL;
	}
	ipc_channel_close(b->keeper);
	box_turn();
	for (enum role r = 0; r < ROLE_COUNT; r++)
		mirror_clear(&b->told[r]);
}

void box_folder(struct box *b)
{
	snprintf(b->dir, sizeof b->dir, "/tmp/gatehouse-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(b->dir));
}

void box_remove(struct box *b)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf '%s'", b->dir);
	ck_assert_int_eq(system(command), 0);
	text_free(&b->screen);
}

/* A file of the state directory, "" when there is none; malloc'ed. */
char *box_slurp(const struct box *b, const char *name)
{
	char path[128], *text = calloc(1, 1 << 20);
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", b->dir, name);
	f = fopen(path, "r");
	if (f) {
		ck_assert_uint_lt(fread(text, 1, (1 << 20) - 1, f), (1 << 20) - 1);
		fclose(f);
	}
	return text;
}

void box_send(struct box *b, const char *line)
{
	text_clear(&b->screen);
	if (strchr(line, '\n'))
		operator_file(b->op, line, strlen(line));
	else
		operator_line(b->op, line, strlen(line));
}

const char *box_type(struct box *b, const char *line)
{
	unsigned before = b->done;

	box_send(b, line);
	for (int i = 0; i < 100 && b->done == before; i++)
		box_turn();
	ck_assert_msg(b->done == before + 1, "%s: no end", line);
	return text_str(&b->screen);
}

const char *box_body(const char *text)
{
	const char *at = strstr(text, "ASA Version");

	return at ? at : text;
}

char *box_running(struct box *b)
{
	return strdup(box_body(box_type(b, "more system:running-config")));
}

/* ---- for a test that tells what it expects ---------------------------------------------- */

void box_up(struct box *b, const char *boot)
{
	char error[500];

	ck_assert_msg(box_start(b, boot, error, sizeof error), "%s", error);
}

void box_again(struct box *b, const char *boot)
{
	box_stop(b);
	box_up(b, boot);
}

void box_ok(struct box *b, const char *line)
{
	const char *said = box_type(b, line);

	ck_assert_msg(b->status == 0, "%s: %s", line, said);
}

void box_refused(struct box *b, const char *line, const char *why)
{
	const char *said = box_type(b, line);

	ck_assert_msg(b->status && strstr(said, why), "%s: %s", line, said);
}

bool box_shows(struct box *b, const char *line, const char *what)
{
	return strstr(box_type(b, line), what) != NULL;
}

void box_setup(struct box *b)
{
	memset(b, 0, sizeof *b);
	uv_loop_init(&box_loop);
	box_folder(b);
	box_up(b, "boot");
}

void box_teardown(struct box *b)
{
	box_stop(b);
	uv_run(&box_loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&box_loop), 0);
	box_remove(b);
}
