/*
 * Which first messages of strangers are heard while more come than can be: pure. A batch that was
 * full again and again is a flood's; of the first messages in it a few are heard, of as many
 * networks as there are, and the others are dropped before anything is read of them. What has a
 * responder's cookie is somebody's who was answered: all of that is heard.
 */
#ifndef GATEHOUSE_INGRESS_H
#define GATEHOUSE_INGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/addr.h"

#define INGRESS_BATCH 64
#define INGRESS_FIRSTS 16    /* of a batch of a flood */
#define INGRESS_PATIENCE 32  /* full batches in a row; so many clients may dial at once */

/* An IKE message that begins something: its responder's cookie is zero (RFC 2408 3.1). */
bool ingress_is_first(const uint8_t *msg, size_t len);
/* Of `n` first messages from these addresses: takes[i], whether the i-th is heard. Begun is by the
 * `begin`-th, modulo n: a number that nobody can tell before, so that no place in a batch is better
 * than another. */
void ingress_choose(const struct addr *const from[], size_t n, size_t begin, bool takes[]);

#endif
