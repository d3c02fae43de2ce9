/* An operator's history: part of struct operator; that of earlier sessions is the manager's, and is
 * stored whenever a session ends. */
#include "cli/operator/history.h"

#include <stdlib.h>
#include <string.h>

#include "cli/operator/operator.h"

static void keep(struct operator* op, char *line)
{
	unsigned *n = &op->session.n_history;

	if (*n == OPERATOR_HISTORY) {
		free(op->history[0]);
		memmove(op->history, op->history + 1, --*n * sizeof(op->history[0]));
	}
	op->history[(*n)++] = line;
}

void history_keep(struct operator* op, const char *filter, size_t len)
{
	struct text t = {0};
	struct gram_out out = text_out(&t);
	bool masked;

	if (op->kind != CONSOLE_KIND_CONSOLE || strspn(op->line, " \t") == strlen(op->line))
		return;
	if (op->act.match.status == GRAM_OK)
		gram_mask(op->line, &op->act.match, MASK_HASHES, &out);
	else
		gram_mask_unknown(op->line, &out);
	masked = strcmp(text_str(&t), op->line) != 0;
	text_addn(&t, filter, len);
	if (text_failed(&t)) {
		text_free(&t);
		return;
	}
	if (op->interactive && !masked)
		histories_add(&op->act.manager->histories, op->session.user, t.p);
	keep(op, t.p);
}

void history_send(struct operator* op)
{
	unsigned n;
	const char *const *line = histories_of(&op->act.manager->histories, op->session.user, &n);

	for (unsigned i = 0; i < n; i++)
		if (strlen(line[i]) <= CONSOLE_LINE_MAX)
			op->send(op->ctx, CONSOLE_HISTORY, line[i], strlen(line[i]));
}

void history_close(struct operator* op)
{
	manager_keep_histories(op->act.manager);
	for (unsigned i = 0; i < op->session.n_history; i++)
		free(op->history[i]);
}
