/*
 * The grammar's `store` functions (rewrite typed values before they are kept)
 * and the table of all hooks. What they say to the operator is the device's
 * text where one is known.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/net/access_words.h"
#include "cli/config/row.h"
#include "cli/config/hooks.h"
#include "cli/config/checks.h"
#include "cli/config/public_key.h"
#include "engine/crypto/totp.h"

/* `password TEXT [FORM]`: the text becomes its hash, FORM what it is from now on. */
static bool store_password_as(struct db_line *l, const char *text, const char *typed)
{
	char out[PASSWORD_FORM_MAX];
	const char *form;
	bool ok;

	if (strlen(text) > 127) {
		db_say(l, "ERROR: the password is longer than 127 characters");
		return false;
	}
	ok = password_store(l->tools, text, typed, out, &form);
	if (ok) {
		db_put(l, "password", out);
		db_put(l, "form", form);
	} else {
		db_say(
		    l, "ERROR: this is not a password of the form %s", *typed ? typed : "pbkdf2");
	}
	crypto_wipe(out, sizeof out);
	return ok;
}

/* While passwords have a lifetime, it is kept when they were set: of those of a whole configuration
 * it says so itself. */
static void date_password(struct db_line *l)
{
	char lifetime[16], today[11];

	if (!l->whole &&
	    db_get(l->db, "password_policy", "lifetime", NULL, 0, lifetime, sizeof lifetime) &&
	    strcmp(lifetime, "0") != 0 && db_text(&l->row, "password"))
		password_today(today);
	else
		today[0] = 0;
	db_put(l, "password_date", today[0] ? today : NULL);
}

/* A configuration that was accepted once may have older passwords. */
static bool fits_policy(struct db_line *l, const char *clear)
{
	struct password_policy p;
	char why[128];

	if (l->whole)
		return true;
	if (!password_policy_read(l->db, &p))
		return false; /* the database tells why */
	p.changes = 0; /* the old one is not known */
	if (!password_refused(&p, db_text(&l->row, "name"), NULL, clear, why, sizeof why))
		return true;
	db_say(l, "ERROR: %s", why);
	return false;
}

static bool store_user_password(struct db_line *l)
{
	const char *form = db_text(&l->row, "form"), *text = db_text(&l->row, "password");

	if (l->negated)
		return true;
	if (form && strcmp(form, "nopassword") == 0) {
		db_put(l, "password", NULL);
		db_put(l, "password_date", NULL);
		return true;
	}
	if (!text)
		return true;
	if ((!form || strcmp(form, "mschap") == 0) && strlen(text) < 3) {
		db_say(l, "ERROR: the password must have at least 3 characters");
		return false;
	}
	if ((!form || strcmp(form, "mschap") == 0) && !fits_policy(l, text))
		return false;
	if (!store_password_as(l, text, form ? form : ""))
		return false;
	date_password(l);
	warn_password_form(l, db_text(&l->row, "form"));
	return true;
}

static bool is_date(struct db_line *l, const char *column)
{
	const char *date = db_text(&l->row, column);

	if (!date || l->negated || password_day(date))
		return true;
	db_say(l, "ERROR: %s is not a date like 2026-11-29", date);
	return false;
}

static bool store_password_date(struct db_line *l)
{
	return is_date(l, "password_date");
}

static bool store_password_lifetime(struct db_line *l)
{
	char today[11];

	if (l->negated)
		db_put(l, "since", NULL);
	else if (!db_text(&l->row, "since")) {
		password_today(today);
		db_put(l, "since", today);
	}
	return is_date(l, "since");
}

static bool store_otp_secret(struct db_line *l)
{
	const char *text = db_text(&l->row, "otp_secret");
	uint8_t secret[TOTP_SECRET_MAX];
	bool ok = l->negated || !text || totp_secret(text, secret);

	if (!ok)
		db_say(l, "ERROR: this is no secret of one-time passwords: at least 16 characters "
			  "of base 32");
	crypto_wipe(secret, sizeof secret);
	return ok;
}

static bool store_enable_password(struct db_line *l)
{
	const char *form = db_text(&l->row, "form"), *text = db_text(&l->row, "password");

	if (l->negated)
		return true;
	if (db_int(&l->row, "level", 15) == 15)
		db_put(l, "level", "");
	return !text || store_password_as(l, text, form ? form : "");
}

/* The line without a password is good for `no` only. */
static bool store_no_enable_password(struct db_line *l)
{
	if (l->negated)
		return true;
	db_say(l, "ERROR: %% Incomplete command");
	return false;
}

#define CARD "GigabitEthernet"

/* What stands behind `g0/`, `Gig0/` or `0/`; NULL: it is the name of something else. */
static const char *card_number(const char *typed)
{
	size_t n = strcspn(typed, "0123456789");

	if (n >= sizeof CARD || strncasecmp(typed, CARD, n) != 0 ||
	    strncmp(typed + n, "0/", 2) != 0)
		return NULL;
	return typed + n + 2;
}

/* The number at `*at`, which moves behind it; -1: there is none, or a larger one. */
static long number_at(const char **at, long largest)
{
	char *end;
	long n = isdigit((unsigned char)**at) ? strtol(*at, &end, 10) : -1;

	if (n < 0 || n > largest)
		return -1;
	*at = end;
	return n;
}

bool interface_spell(const char *typed, char *buf, size_t size)
{
	const char *at = card_number(typed);
	long slot = at ? number_at(&at, 63) : -1, sub = 0;

	if (slot >= 0 && *at == '.') {
		at++;
		sub = number_at(&at, 4294967293);
	}
	if (slot < 0 || sub < 0 || *at)
		return false;
	if (strchr(typed, '.'))
		snprintf(buf, size, CARD "0/%ld.%ld", slot, sub);
	else
		snprintf(buf, size, CARD "0/%ld", slot);
	return true;
}

/* A name with a slash is none of the kernel's: hardware of a device, or nothing. */
static bool is_no_hardware(const char *typed)
{
	static const char *const kinds[] = {CARD, "Management", "Ethernet", "FastEthernet",
	    "TenGigabitEthernet", "FortyGigabitEthernet", "Internal-Data", "Internal-Control"};
	size_t len = strcspn(typed, "0123456789");

	if (!strchr(typed, '/'))
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strlen(kinds[i]) == len && strncasecmp(kinds[i], typed, len) == 0 &&
		    typed[len + strspn(typed + len, "0123456789")] == '/')
			return false;
	return true;
}

/* `g0/1`, `gig0/1`, `GigabitEthernet 0/1`: one spelling; other names are the kernel's. */
static bool store_interface_name(struct db_line *l)
{
	const char *typed = db_text(&l->row, "hardware"), *number = card_number(typed);
	char name[32];

	if (interface_spell(typed, name, sizeof name)) {
		db_put(l, "hardware", name);
		return true;
	}
	if (isdigit((unsigned char)*typed))
		db_say(l, "ERROR: there is no interface " CARD "%s", typed);
	else if (((number && !isdigit((unsigned char)*number)) || is_no_hardware(typed)) &&
		 !l->negated)
		db_say(l, "ERROR: there is no interface %s", typed);
	else
		return true;
	return false;
}

/* A name that an interface gets brings a security level with it, unless one was set (check_nameif()
 * tells); it takes it with it when it goes. */
static bool store_nameif(struct db_line *l)
{
	const char *name = db_text(&l->row, "nameif");
	const char *hardware = db_text(&l->row, "hardware");
	int level = name && strcmp(name, "inside") == 0 ? 100 : 0;
	char text[16];

	if (l->negated)
		db_put(l, "security_level", NULL);
	if (!name || db_get(l->db, "interface", "security_level", &hardware, 1, text, sizeof text))
		return true;
	snprintf(text, sizeof text, "%d", level);
	db_put(l, "security_level", text);
	return true;
}

/* `address-pool (outside) POOL`: there is one list for the clients of all interfaces. */
static bool store_for_all_interfaces(struct db_line *l)
{
	const char *name = db_typed(l, "interface");

	if (name && !l->negated)
		db_say(l, "WARNING: (%s) is left out: clients of all interfaces are treated alike",
		    name);
	return true;
}

static void copy_policy(void *ctx, const struct db_row *row)
{
	struct db_line *l = ctx;

	for (int i = row->table->n_keys; i < row->table->n_columns; i++)
		db_put(l, row->table->columns[i].name, row->values[i]);
}

/* `group-policy NAME internal from OTHER`: a new policy begins as a copy of the other. */
static bool store_group_policy(struct db_line *l)
{
	const char *from = db_typed(l, "from"), *name = db_text(&l->row, "name");
	char type[16];

	if (l->negated || !from)
		return true;
	if (db_get(l->db, "group_policy", "type", &name, 1, type, sizeof type)) {
		db_say(l, "ERROR: group-policy <%s> exists already", name);
		return false;
	}
	if (db_find(l->db, "group_policy", &from, 1, copy_policy, l))
		return true;
	db_say(l, "ERROR: group-policy <%s> does not exist", from);
	return false;
}

const struct db_named_function store_functions[] = {
	{"store_user_password", store_user_password},
	{"store_password_date", store_password_date},
	{"store_password_lifetime", store_password_lifetime},
	{"store_otp_secret", store_otp_secret},
	{"store_enable_password", store_enable_password},
	{"store_no_enable_password", store_no_enable_password},
	{"store_ssh_key", store_ssh_key},
	{"store_interface_name", store_interface_name},
	{"store_nameif", store_nameif},
	{"store_group_policy", store_group_policy},
	{"store_for_all_interfaces", store_for_all_interfaces},
#define CHECK(name) {#name, name},
	STORE_CHECKS(CHECK)
#undef CHECK
	{NULL, NULL},
};
