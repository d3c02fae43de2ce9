/* Whole configurations of the kind that operators paste. A case is a pair of files in
 * tests/data/cases: NAME.cfg is the text, NAME.out the transcript of its lines:
 *
 *     LINE             as in the text, and below it, behind a `|`, each line that was said;
 *     | TEXT           the last is `refused` where nothing was stored
 *     ----             then the running-config, to the byte
 */
#ifndef GATEHOUSE_TEST_CASES_H
#define GATEHOUSE_TEST_CASES_H

#include "tests/support/config.h"

/* The text of a case, NUL-terminated; to be freed. */
char *case_text(const char *name);
/* Applies the text (DB_APPLY_* flags) to the empty configuration, compares with the transcript, and
 * loads what is shown anew. CASES_TO=DIR: the transcript is written there, for one who means the
 * change. */
void case_play(struct config_test *, const char *name, unsigned flags);

#endif
