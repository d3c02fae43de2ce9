/* The names that cures speak of (engine/base/cure.h), as this configuration has them. */
#ifndef GATEHOUSE_CONFIG_CURE_NAMES_H
#define GATEHOUSE_CONFIG_CURE_NAMES_H

#include "engine/base/cure.h"
#include "engine/config/config.h"

#define CURE_PROTOCOLS_MAX 96
#define CURE_PRIVILEGE_MAX 24

/* What some of the names are made of; has to last as long as they. */
struct cure_words {
	char protocols[CURE_PROTOCOLS_MAX], privilege[CURE_PRIVILEGE_MAX];
};

/* Of whoever came by that interface (NULL: unknown), landed on that tunnel group ("": on none) and
 * gave that name ("": none). What is not configured stays NULL; texts are the configuration's. */
void config_cure_names(const struct config *, const struct interface *, const char *tunnel_group,
    const char *user, struct cure_names *, struct cure_words *);
/* The group policy that says an attribute of a group: that one, or the default one when it does not
 * say it (`says` is false of it). NULL: there is neither. */
const struct cfg_group_policy *config_policy_saying(const struct config *, const char *policy,
    bool (*says)(const struct cfg_group_policy *));
/* "ikev2 l2tp-ipsec": those of a set of PROTO_* bits, and l2tp-ipsec. */
const char *config_protocol_words(uint32_t set, char to[CURE_PROTOCOLS_MAX]);

/* "crypto dynamic-map NAME SEQ", as the line of an entry begins; and is it one of a dynamic map? */
#define CURE_ENTRY_MAX 128
const char *config_entry_line(
    const struct config *, const struct map_entry *, char to[CURE_ENTRY_MAX]);
bool config_entry_is_dynamic(const struct config *, const struct map_entry *);

/* The cure of a reason, as it is told of such an attempt: where it depends on what there is of maps
 * their own, else the reason's. Gives `buf`. */
const char *config_cure(const struct config *, const struct interface *, enum reason,
    const struct cure_names *, char buf[CURE_MAX]);

#endif
