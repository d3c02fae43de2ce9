/*
 * One-time tokens: what a door hands to the terminal client of somebody whose
 * login was checked. A token is good once, for ten seconds.
 */
#ifndef GATEHOUSE_OPERATOR_TOKENS_H
#define GATEHOUSE_OPERATOR_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/acts/act.h"
#include "cli/operator/console.h"

#define TOKENS_MAX 256 /* waiting to be shown */
#define TOKEN_MS 10000 /* so long a token waits */

struct token {
	uint8_t bytes[CONSOLE_TOKEN];
	uint64_t until; /* milliseconds; 0: none here */
	struct operator_login login;
};

/* Zeroed: empty. */
struct tokens {
	struct token v[TOKENS_MAX];
	unsigned long issued, refused; /* refused: shown something that was none */
};

/* Makes a token for that login into `out`; `now` in milliseconds. False: too many wait, or there
 * is no randomness. */
bool tokens_issue(
    struct tokens *, const struct operator_login *, uint64_t now, uint8_t out[CONSOLE_TOKEN]);
/* Takes the token that the HELLO shows; true: `login` is who. All else (another kind, a token that
 * is wrong, old or used) is counted. The time it takes says nothing of the tokens. */
bool tokens_take(
    struct tokens *, const struct console_hello *, uint64_t now, struct operator_login *login);

#endif
