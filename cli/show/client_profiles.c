/* show crypto client-profiles */
#include "cli/show/show.h"

void show_client_profiles(struct text *out, const struct msg_rec_client_profile *rec, size_t n)
{
	text_addf(out, "%-24s%8s%12s  %s\n", "Client", "Active", "Cumulative", "Recognized by");
	for (size_t i = 0; i < n; i++)
		text_addf(out, "%-24s%8u%12u  %s\n%46sHandled: %s\n", rec[i].client, rec[i].active,
		    rec[i].cumulative, rec[i].known_by, "", rec[i].handled);
}
