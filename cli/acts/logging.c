/* Acts on the log: what it says of itself, its buffers. */
#include <stdlib.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/log/report.h"

/* What was said up to now is there to be seen. */
static struct audit *log_of(struct act *a)
{
	order_flush(&a->manager->audit.order);
	return &a->manager->audit;
}

static void act_show_logging(struct act *a)
{
	const struct audit *log = log_of(a);

	report_settings(log, &a->out);
	buffer_show(&log->buffer, &a->out);
	act_done(a);
}

static void act_show_logging_setting(struct act *a)
{
	report_settings(log_of(a), &a->out);
	act_done(a);
}

static void act_show_logging_message(struct act *a)
{
	const char *number = gram_arg(&a->match, "number");
	uint32_t n = number ? (uint32_t)strtoul(number, NULL, 10) : 0;

	if (!report_messages(log_of(a), n, gram_typed(&a->match, "all"), &a->out))
		act_refuse(a, "ERROR: this appliance has no message %s", number);
	act_done(a);
}

static void act_show_logging_queue(struct act *a)
{
	report_queue(log_of(a), &a->out);
	act_done(a);
}

static void act_show_logging_asdm(struct act *a)
{
	buffer_show(&log_of(a)->asdm, &a->out);
	act_done(a);
}

static void act_clear_logging_buffer(struct act *a)
{
	buffer_clear(&log_of(a)->buffer);
	act_done(a);
}

static void act_clear_logging_asdm(struct act *a)
{
	buffer_clear(&log_of(a)->asdm);
	act_done(a);
}

/* clang-format off */
const struct act_row acts_logging[] = {
	ACT(show_logging),
	ACT(show_logging_setting),
	ACT(show_logging_message),
	ACT(show_logging_queue),
	LIVE_ACT(show_logging_asdm),
	LIVE_ACT(clear_logging_buffer),
	LIVE_ACT(clear_logging_asdm),
	ACTS_END,
};
/* clang-format on */
