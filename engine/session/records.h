/* The answers to queries, one function a kind. */
#ifndef GATEHOUSE_SESSION_RECORDS_H
#define GATEHOUSE_SESSION_RECORDS_H

#include "engine/session/query.h"
#include "engine/session/view.h"

void query_ike(struct query *);
void query_ipsec(struct query *);
void query_sessions(struct query *);
void query_summary(struct query *);
void query_pool(struct query *);
void query_lists(struct query *);
void query_flows(struct query *);
void query_failures(struct query *);
void query_client_filter(struct query *);
void query_serving(struct query *);
void query_profiles(struct query *);

/* What each view lists. */
void view_ike(struct view *);
void view_ipsec(struct view *);
void view_protocol_ike(struct view *);
void view_protocol_ipsec(struct view *);
void view_accelerator(struct view *);

#endif
