/* Between an act and its child: the act is the one who hears, and the one who ends it. */
#include "cli/acts/task.h"

static void on_frame(void *arg, const struct stream_frame *f)
{
	struct act *a = arg;

	if (f->type == STREAM_TEXT) {
		act_say_foreign(a, (const char *)f->data, f->len);
		act_flush(a);
	} else if (a->task->framed) {
		a->task->framed(a, f);
	}
}

static void on_ended(void *arg, const char *why)
{
	struct act *a = arg;

	a->child = NULL;
	a->interrupt = NULL;
	act_resumes(a);
	a->task->ended(a, why);
}

static void on_there(void *arg)
{
	struct act *a = arg;

	if (a->task->heard)
		a->task->heard(a);
}

void act_task(struct act *a, struct ipc_msg *request, const struct act_task *task)
{
	static const struct child_ears ears = {
	    .frame = on_frame, .ended = on_ended, .there = on_there};

	a->task = task;
	act_waits(a);
	a->child = child_start(&a->manager->asks, request, &ears, a);
}
