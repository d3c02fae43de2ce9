/* Host keys that operators have accepted for scp: the file `scp_hosts` of the state directory. */
#ifndef GATEHOUSE_SCP_HOSTS_H
#define GATEHOUSE_SCP_HOSTS_H

#include <stdbool.h>

#define SCP_KEY_MAX 64 /* SHA-256 of the key in base 64 */

/* The key accepted for this host (and port); "" when there is none. */
void scp_host_key(const char *state, const char *host, char key[SCP_KEY_MAX]);
/* Remembers it, in place of an older one. False with errno. */
bool scp_host_accept(const char *state, const char *host, const char *key);
/* Forgets it; false with errno, ENOENT: there was none. */
bool scp_host_forget(const char *state, const char *host);

#endif
