/* The payloads of quick mode's first two messages; see quick_mode_body.h. */
#include "engine/ike/quick_mode_body.h"

#include "engine/ike/proposal.h"

void qm_body(struct qm *q, struct out *o, uint8_t proposal, struct chunk nonce)
{
	struct ike_sa *sa = q->sa;
	uint8_t blank[CRYPTO_HASH_MAX] = {0};

	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "oakley constucting quick mode");
	out_begin(o, sa->cky_i, sa->cky_r, XCHG_QUICK, FLAG_ENCRYPTED, q->msgid);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing blank hash payload");
	out_payload(o, PAY_HASH, blank, hash_info[sa->hash].size);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing IPSec SA payload");
	out_open(o, PAY_SA);
	phase2_accept(o, proposal, q->child.spi_in, &q->transform);
	out_close(o);
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing IPSec nonce payload");
	out_payload(o, PAY_NONCE, nonce.p, nonce.len);
	if (q->pfs) {
		trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing pfs ke payload");
		out_payload(o, PAY_KE, q->ke, q->pfs->public_len);
	}
	if (!q->ids)
		return;
	trace_ike_debug(TRACE_OF(sa), 715046, GROUP_OF(sa), "constructing proxy ID");
	out_payload(o, PAY_ID, q->idci, q->idci_len);
	out_payload(o, PAY_ID, q->idcr, q->idcr_len);
}
