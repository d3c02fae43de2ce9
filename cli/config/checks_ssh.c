/* Lines of SSH: an address with its mask, lists of algorithms. */
#include <string.h>

#include "cli/config/checks.h"
#include "cli/config/ssh_words.h"

bool check_ssh_access(struct db_line *l)
{
	return check_pair(l, "address", "mask");
}

/* A level of a list of one's own: each name has to be one that we have. */
static bool fits(struct db_line *l, const char *level, const char *custom, enum ssh_family family)
{
	const char *word = db_text(&l->row, level), *list = db_text(&l->row, custom);

	if (!word || strcmp(word, "custom") != 0 || (list && ssh_custom_known(family, list)))
		return true;
	db_say(l,
	    "ERROR: <%s> is not a list of algorithms of 'show ssh ciphers' with colons between "
	    "them",
	    list ? list : "");
	return false;
}

bool check_ssh_custom(struct db_line *l)
{
	return fits(l, "cipher", "custom_cipher", SSH_CIPHERS) &&
	       fits(l, "mac", "custom_mac", SSH_MACS);
}
