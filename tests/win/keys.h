/*
 * The keys of a client as Wireshark reads them, so that a capture can be looked at down to PPP:
 * files `ikev1_decryption_table` and `esp_sa` in a directory.
 */
#ifndef GATEHOUSE_TESTS_WIN_KEYS_H
#define GATEHOUSE_TESTS_WIN_KEYS_H

#include "tests/support/ike_initiator.h"

/* Adds those of a phase 1, and of an SA pair; `child` is the client's side. False with errno. */
bool keys_ike(const char *dir, const struct ike_initiator *);
bool keys_esp(const char *dir, const struct child *);

#endif
