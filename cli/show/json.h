/*
 * Records as JSON (RFC 8259), for `| json`: any record, from the fields that messages.def says it
 * has. Pure.
 */
#ifndef GATEHOUSE_SHOW_JSON_H
#define GATEHOUSE_SHOW_JSON_H

#include "engine/ipc/message.h"
#include "parser/text.h"

/* One object: "record", which is the kind of it, and each field by its name. The id of the question
 * and secrets are left out. Addresses that are not set are null, and so is what a session's record
 * does not know; bytes are hexadecimal. ASCII only. */
void json_record(struct text *out, const struct ipc_msg *);

#endif
