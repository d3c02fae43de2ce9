/*
 * Owns the local users. Identity: the name. Life: from the CFG_USER that names
 * one to its deletion, or to the end of a snapshot without it.
 */
#include "engine/aaa/users.h"

#include <stdlib.h>
#include <string.h>

#define PRIVILEGE_NEVER_LOCKED 15

/* Index of the first user whose name is not before `name`. */
static size_t place(const struct aaa_users *l, const char *name)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (strcmp(l->user[mid].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct aaa_user *named(const struct aaa_users *l, const char *name)
{
	size_t i = place(l, name);

	return i < l->n && !strcmp(l->user[i].name, name) ? &l->user[i] : NULL;
}

struct aaa_user *aaa_user_find(const struct aaa_users *l, const char *name)
{
	struct aaa_user *u = named(l, name);
	const char *slash = strrchr(name, '\\');

	return !u && slash ? named(l, slash + 1) : u;
}

static void user_fini(struct aaa_user *u)
{
	crypto_wipe(&u->password, sizeof u->password);
	crypto_wipe(u->otp, sizeof u->otp);
	free(u->name);
	free(u->service_type);
}

static void delete(struct aaa_users *l, struct aaa_user *u)
{
	size_t i = (size_t)(u - l->user);

	l->forms[u->password.form]--;
	user_fini(u);
	memmove(u, u + 1, (--l->n - i) * sizeof *u);
}

/* The old place of the passwords is wiped, which realloc() would not do. */
static bool grow(struct aaa_users *l)
{
	size_t size = l->size ? 2 * l->size : 16;
	struct aaa_user *user = malloc(size * sizeof *user);

	if (!user)
		return false;
	if (l->n)
		memcpy(user, l->user, l->n * sizeof *user);
	if (l->user)
		crypto_wipe(l->user, l->n * sizeof *user);
	free(l->user);
	l->user = user;
	l->size = size;
	return true;
}

static struct aaa_user *insert(struct aaa_users *l, const char *name)
{
	size_t i = place(l, name);
	struct aaa_user *u;
	char *copy;

	if ((l->n == l->size && !grow(l)) || !(copy = strdup(name)))
		return NULL;
	u = &l->user[i];
	memmove(u + 1, u, (l->n++ - i) * sizeof *u);
	*u = (struct aaa_user){.name = copy};
	l->forms[PASSWORD_NONE]++;
	return u;
}

void aaa_user_change(
    struct aaa_users *l, struct aaa_user *u, const char *form, const char *password, uint32_t day)
{
	l->forms[u->password.form]--;
	password_parse(&u->password, form, password);
	l->forms[u->password.form]++;
	u->password_day = day;
}

/* A secret that stays keeps the codes that were used. */
static void set_otp(struct aaa_user *u, const char *base32)
{
	uint8_t otp[TOTP_SECRET_MAX];
	size_t n = totp_secret(base32, otp);

	if (n != u->otp_len || memcmp(otp, u->otp, n) != 0)
		u->otp_step = 0;
	u->otp_len = n;
	memcpy(u->otp, otp, n);
	crypto_wipe(otp, sizeof otp);
}

void aaa_users_apply(struct aaa_users *l, const struct cfg_user *m)
{
	struct aaa_user *u = named(l, m->name);

	if (m->op == CFG_DELETE) {
		if (u)
			delete(l, u);
		return;
	}
	if (m->op != CFG_SET || !m->name[0] || (!u && !(u = insert(l, m->name))))
		return;
	aaa_user_change(l, u, m->form, m->password, m->password_date);
	set_otp(u, m->otp_secret ? m->otp_secret : "");
	u->privilege = m->privilege;
	u->stale = false;
	free(u->service_type);
	u->service_type = strdup(m->service_type);
}

enum password_form aaa_users_form(const struct aaa_users *l)
{
	enum password_form most = PASSWORD_PBKDF2;

	for (enum password_form f = PASSWORD_ANY; f < PASSWORD_FORMS; f++)
		if (l->forms[f] > l->forms[most])
			most = f;
	return most;
}

bool aaa_user_failed(struct aaa_user *u, unsigned max, int64_t now)
{
	if (u->failed < UINT32_MAX)
		u->failed++;
	if (u->locked || !max || u->failed < max || u->privilege >= PRIVILEGE_NEVER_LOCKED)
		return false;
	u->locked = true;
	u->since = now;
	return true;
}

unsigned aaa_users_pardon(struct aaa_users *l, const char *name, bool unlock,
    void (*unlocked)(void *ctx, const struct aaa_user *), void *ctx)
{
	unsigned touched = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct aaa_user *u = &l->user[i];

		if ((name[0] && strcmp(u->name, name) != 0) || (!u->failed && !u->locked))
			continue;
		if (unlock && u->locked && unlocked)
			unlocked(ctx, u);
		u->failed = 0;
		if (unlock)
			u->locked = false;
		touched++;
	}
	return touched;
}

void aaa_users_begin(struct aaa_users *l)
{
	for (size_t i = 0; i < l->n; i++)
		l->user[i].stale = true;
}

void aaa_users_end(struct aaa_users *l)
{
	for (size_t i = l->n; i-- > 0;)
		if (l->user[i].stale)
			delete(l, &l->user[i]);
}

void aaa_users_fini(struct aaa_users *l)
{
	while (l->n)
		delete(l, &l->user[l->n - 1]);
	free(l->user);
}
