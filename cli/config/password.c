/* What a line `password TEXT [FORM]` keeps; the forms themselves are engine/crypto/password.c's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/config/hooks.h"
#include "cli/log/clock.h"

static const char *const forms[] = {"pbkdf2", "nt-encrypted", "encrypted"};

bool password_in_clear(const struct gram_match *m)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (gram_typed(m, forms[i]))
			return false;
	return true;
}

bool password_store(const struct crypto *c, const char *text, const char *typed,
    char out[PASSWORD_FORM_MAX], const char **form)
{
	if (!*typed) {
		*form = "pbkdf2";
		return password_pbkdf2(c, text, NULL, out);
	}
	if (strcmp(typed, "mschap") == 0) {
		*form = "nt-encrypted";
		return password_nt(c, text, out);
	}
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (strcmp(typed, forms[i]) != 0)
			continue;
		*form = forms[i];
		snprintf(out, PASSWORD_FORM_MAX, "%s", text);
		return password_form_valid(typed, text);
	}
	return false;
}

uint32_t password_day(const char *date)
{
	struct tm tm = {0}, back;
	char end = 0;
	time_t t;

	if (sscanf(date, "%4d-%2d-%2d%c", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &end) != 3 ||
	    strlen(date) != 10)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	back = tm;
	t = timegm(&back);
	/* The 31st of a month without one has become another day. */
	return t > 0 && back.tm_mday == tm.tm_mday && back.tm_mon == tm.tm_mon
		   ? (uint32_t)(t / 86400)
		   : 0;
}

void password_today(char date[11])
{
	time_t now = clock_now(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(date, 11, "%Y-%m-%d", &tm);
}

static uint32_t number(struct db *db, const char *column, bool *read)
{
	char text[16];

	if (db_get(db, "password_policy", column, NULL, 0, text, sizeof text))
		return (uint32_t)strtoul(text, NULL, 10);
	*read = *read && !db_fault(db);
	return 0;
}

bool password_policy_read(struct db *db, struct password_policy *p)
{
	bool read = true;

	*p = (struct password_policy){
	    .length = number(db, "minimum_length", &read),
	    .lowercase = number(db, "minimum_lowercase", &read),
	    .uppercase = number(db, "minimum_uppercase", &read),
	    .numeric = number(db, "minimum_numeric", &read),
	    .special = number(db, "minimum_special", &read),
	    .changes = number(db, "minimum_changes", &read),
	    .username = number(db, "username_check", &read),
	};
	return read;
}
