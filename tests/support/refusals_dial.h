/*
 * Ways to dial that end in a refusal, for the rows of refusals.c: what a client says that he should
 * not, or when he leaves.
 */
#ifndef GATEHOUSE_TESTS_REFUSALS_DIAL_H
#define GATEHOUSE_TESTS_REFUSALS_DIAL_H

#include "tests/support/world.h"

void dials_with_version_2(struct world_client *);
void dials_with_certificates(struct world_client *);
void dials_malformed(struct world_client *);
void dials_malformed_quick_mode(struct world_client *);
void dials_malformed_message_5(struct world_client *);
void dials_and_closes(struct world_client *);
void dials_and_leaves(struct world_client *);
void dials_without_ip(struct world_client *);
void dials_second(struct world_client *);

#endif
