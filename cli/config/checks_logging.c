/* Lines of `logging`: numbers of messages, a server's port, the destinations of a class. */
#include <stdio.h>
#include <string.h>

#include "cli/config/checks.h"
#include "cli/config/logging.h"

bool check_logging_list(struct db_line *l)
{
	const char *text = db_text(&l->row, "messages");
	uint32_t first, last;

	if (l->negated || !text || !*text || logging_numbers(text, &first, &last))
		return true;
	db_say(
	    l, "ERROR: %s is no message number from 100000 to 999999, nor a range of them", text);
	return false;
}

/* `17/514`, `udp/514` and nothing are the same; others have one spelling. */
bool store_logging_host(struct db_line *l)
{
	const char *text = db_text(&l->row, "port");
	char spelled[16];
	uint16_t port;
	bool tcp;

	if (l->negated || !text)
		return true;
	if (!logging_port(text, &tcp, &port)) {
		db_say(
		    l, "ERROR: %s is no protocol and port: udp/<1-65535> or tcp/<1-65535>", text);
		return false;
	}
	if (tcp && db_bool(&l->row, "emblem")) {
		db_say(l, "ERROR: the EMBLEM format is for UDP servers only");
		return false;
	}
	snprintf(spelled, sizeof(spelled), "%s/%u", tcp ? "tcp" : "udp", port);
	db_put(l, "port", !tcp && port == 514 ? NULL : spelled);
	return true;
}

/* A destination that the line does not name keeps its level. */
bool store_logging_class(struct db_line *l)
{
	const char *class = db_text(&l->row, "class");
	char level[16];

	for (size_t i = 0; !l->negated && logging_destinations[i].column; i++) {
		const char *column = logging_destinations[i].column;

		if (!db_text(&l->row, column) &&
		    db_get(l->db, "logging_class", column, &class, 1, level, sizeof(level)))
			db_put(l, column, level);
	}
	return true;
}

/* A level by its number is kept as its word. */
bool store_logging_level(struct db_line *l)
{
	for (size_t i = 0; !l->negated && logging_destinations[i].column; i++) {
		const char *column = logging_destinations[i].column,
			   *text = db_text(&l->row, column);

		if (text && text[0] >= '0' && text[0] <= '7' && !text[1])
			db_put(l, column, log_level_word(text[0] - '0'));
	}
	return true;
}
