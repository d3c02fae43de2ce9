/*
 * What the client offered and what is configured, in words, when the two have nothing in common:
 * "AES256/SHA1/group 20, 3DES/SHA1/group 2" against "policy 10: AES256/SHA256/group 14"; with the
 * lines of the configuration that take the best of what was offered. Pure.
 */
#ifndef GATEHOUSE_IKE_TERMS_H
#define GATEHOUSE_IKE_TERMS_H

#include "engine/base/attempt.h"
#include "engine/ike/proposal.h"
#include "engine/ike/proposal_esp.h"

/* Why none of the offers of phase 1 was chosen; IKE_NO_PROPOSAL or nearer. */
enum reason phase1_refusal(const struct proposal *, size_t n);
void phase1_terms(const struct config *, const struct proposal *, size_t n,
    struct attempt_terms *);
/* The same for quick mode; IPSEC_NO_PROPOSAL or nearer. */
enum reason phase2_terms(const struct phase2_terms *, const struct proposal *, size_t n,
    struct attempt_terms *);

#endif
