/* struct tokens: one per manager, of the door's login checks. A token dies by being shown, or of
 * old age. */
#include "cli/operator/tokens.h"

#include <string.h>
#include <sys/random.h>

#include "engine/crypto/crypto.h"

static void token_drop(struct token *t)
{
	explicit_bzero(t, sizeof(*t));
}

bool tokens_issue(struct tokens *all, const struct operator_login *login, uint64_t now,
    uint8_t out[CONSOLE_TOKEN])
{
	struct token *free = NULL;

	for (size_t i = 0; i < TOKENS_MAX; i++) {
		struct token *t = &all->v[i];

		if (t->until && t->until <= now)
			token_drop(t);
		if (!t->until)
			free = t;
	}
	if (!free || getrandom(free->bytes, sizeof(free->bytes), 0) != sizeof(free->bytes))
		return false;
	free->until = now + TOKEN_MS;
	free->login = *login;
	memcpy(out, free->bytes, sizeof(free->bytes));
	all->issued++;
	return true;
}

bool tokens_take(struct tokens *all, const struct console_hello *hello, uint64_t now,
    struct operator_login *login)
{
	struct token *found = NULL;

	for (size_t i = 0; i < TOKENS_MAX; i++) {
		struct token *t = &all->v[i];
		bool same = crypto_equal(t->bytes, hello->token, sizeof(t->bytes));

		if (same && t->until)
			found = t;
	}
	if (hello->kind != CONSOLE_KIND_TOKEN || !found || found->until <= now) {
		all->refused++;
		if (found)
			token_drop(found);
		return false;
	}
	*login = found->login;
	token_drop(found);
	return true;
}
