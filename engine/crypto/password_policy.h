/* What a new password of a local user has to be: `password-policy`. */
#ifndef GATEHOUSE_PASSWORD_POLICY_H
#define GATEHOUSE_PASSWORD_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed: anything will do. */
struct password_policy {
	uint32_t length, lowercase, uppercase, numeric, special; /* at least so many characters */
	uint32_t changes;					 /* that are not in the old one */
	bool username; /* the user's name must not be the password, either way round */
};

/* Why that one will not do, into `why`; NULL: it will. `old` NULL: it is not known. Characters of
 * UTF-8 count one each. */
const char *password_refused(const struct password_policy *, const char *user, const char *old,
    const char *clear, char *why, size_t size);

#endif
