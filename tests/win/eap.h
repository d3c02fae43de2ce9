/* The EAP of a client, said by another process: tests/lab/eap_peer.py with wpa_supplicant's code.
 */
#ifndef GATEHOUSE_TESTS_WIN_EAP_H
#define GATEHOUSE_TESTS_WIN_EAP_H

#include <stddef.h>
#include <stdint.h>

/* Connects to the socket of that name. -1 with errno. */
int eap_open(const char *path);
/* The Response to that Request, whole packets both; its length, 0 = none. Waits for it. */
size_t eap_ask(int fd, const uint8_t *request, size_t len, uint8_t *response, size_t size);

#endif
