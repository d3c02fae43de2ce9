/* What a line `password TEXT [FORM]` keeps; the forms themselves are engine/crypto/password.c's. */
#include <stdio.h>
#include <string.h>

#include "cli/config/hooks.h"

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
