/* struct log_settings: one in the manager's log, replaced whole when the configuration changes. */
#include "cli/log/settings.h"

#include <stdlib.h>
#include <string.h>

static const char *const LEVELS[] = {"emergencies", "alerts", "critical", "errors", "warnings",
    "notifications", "informational", "debugging"};

/* The device's classes, by the first three digits of a number; those without stand here for lists
 * that name them. */
/* clang-format off */
static const struct {
	const char *word;
	uint16_t of[22];
} CLASSES[] = {
	{"auth",     {109, 113}},
	{"bridge",   {110, 220}},
	{"ca",       {717}},
	{"citrix",   {723}},
	{"config",   {111, 112, 208, 308}},
	{"csd",      {724}},
	{"dap",      {734}},
	{"eap",      {333}},
	{"eapoudp",  {334}},
	{"eigrp",    {336}},
	{"email",    {719}},
	{"ha",       {101, 102, 103, 104, 105, 210, 311, 709}},
	{"ids",      {400, 401, 415}},
	{"ip",       {209, 215, 313, 317, 408}},
	{"ipaa",     {735, 737}},
	{"nac",      {731, 732}},
	{"np",       {319}},
	{"ospf",     {318, 409, 503, 613}},
	{"rip",      {107, 312}},
	{"rm",       {321}},
	{"session",  {106, 108, 201, 202, 204, 302, 303, 304, 305, 314, 405, 406, 407, 500, 607, 608,
	              609, 616, 620, 703, 710}},
	{"snmp",     {212}},
	{"ssl",      {725}},
	{"svc",      {722}},
	{"sys",      {199, 211, 214, 216, 306, 307, 315, 414, 502, 604, 605, 606, 610, 611, 612, 614,
	              615, 701, 711, 741}},
	{"vm",       {730}},
	{"vpdn",     {213, 403, 603}},
	{"vpn",      {316, 320, 402, 404, 501, 602, 702, 713, 714, 715}},
	{"vpnfo",    {720}},
	{"vpnlb",    {718}},
	{"webvpn",   {716}},
};
/* clang-format on */

#define N_CLASSES (sizeof(CLASSES) / sizeof(CLASSES[0]))
_Static_assert(N_CLASSES <= LOG_CLASSES_MAX, "log_filter.of_class");

const char *log_level_word(int severity)
{
	return severity >= 0 && severity <= LEVEL_DEBUGGING ? LEVELS[severity] : "";
}

int log_level(const char *word)
{
	for (int i = 0; word && i <= LEVEL_DEBUGGING; i++)
		if (strcmp(word, LEVELS[i]) == 0)
			return i;
	return LEVEL_UNSET;
}

int log_class_of(uint32_t number)
{
	for (size_t c = 0; c < N_CLASSES; c++)
		for (const uint16_t *of = CLASSES[c].of; *of; of++)
			if (*of == number / 1000)
				return (int)c;
	return -1;
}

int log_class(const char *word)
{
	for (size_t c = 0; word && c < N_CLASSES; c++)
		if (strcmp(word, CLASSES[c].word) == 0)
			return (int)c;
	return -1;
}

const char *log_class_word(int which)
{
	return which >= 0 && (size_t)which < N_CLASSES ? CLASSES[which].word : "";
}

/* ---- birth and death ------------------------------------------------------ */

void settings_init(struct log_settings *s)
{
	memset(s, 0, sizeof(*s));
	s->hide = true;
	s->facility = 20;
	s->queue = 512;
	s->buffer_size = 4096;
	s->asdm_size = 100;
	for (enum log_dest d = 0; d < DEST_COUNT; d++) {
		s->to[d].level = LEVEL_OFF;
		memset(s->to[d].of_class, LEVEL_UNSET, sizeof(s->to[d].of_class));
	}
	s->to[DEST_JOURNAL].level = LEVEL_INFORMATIONAL;
}

void settings_fini(struct log_settings *s)
{
	free(s->items);
	free(s->exceptions);
	free(s->hosts);
	s->items = NULL;
	s->exceptions = NULL;
	s->hosts = NULL;
	s->n_items = s->n_exceptions = s->n_hosts = 0;
}

/* Room for one more of `size` bytes at the end of `*rows`; NULL without memory. */
static void *grow(void *rows, size_t n, size_t size)
{
	void **p = rows;
	void *more = reallocarray(*p, n + 1, size);

	if (!more)
		return NULL;
	*p = more;
	return (char *)more + n * size;
}

bool settings_add_item(struct log_settings *s, const struct log_item *i)
{
	struct log_item *to = grow(&s->items, s->n_items, sizeof(*to));

	if (!to)
		return false;
	*to = *i;
	s->n_items++;
	return true;
}

static int by_number(const void *a, const void *b)
{
	const struct log_exception *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

bool settings_add_exception(struct log_settings *s, const struct log_exception *e)
{
	struct log_exception *to = grow(&s->exceptions, s->n_exceptions, sizeof(*to));

	if (!to)
		return false;
	*to = *e;
	qsort(s->exceptions, ++s->n_exceptions, sizeof(*to), by_number);
	return true;
}

bool settings_add_host(struct log_settings *s, const struct log_host *h)
{
	struct log_host *to = grow(&s->hosts, s->n_hosts, sizeof(*to));

	if (!to)
		return false;
	*to = *h;
	s->n_hosts++;
	return true;
}

/* ---- what goes where -------------------------------------------------------- */

bool settings_open(const struct log_settings *s, enum log_dest d)
{
	const struct log_filter *f = &s->to[d];

	if (!s->enabled && d != DEST_JOURNAL)
		return false;
	if (d == DEST_TRAP && !s->n_hosts)
		return false;
	if (f->level != LEVEL_OFF || f->list[0])
		return true;
	for (size_t c = 0; c < N_CLASSES; c++)
		if (f->of_class[c] >= 0)
			return true;
	return false;
}

int settings_severity(const struct log_settings *s, uint32_t number, unsigned severity)
{
	const struct log_exception key = {.number = number};
	const struct log_exception *e = s->n_exceptions ?
	    bsearch(&key, s->exceptions, s->n_exceptions, sizeof(key), by_number) :
	    NULL;

	if (e && e->off)
		return LEVEL_OFF;
	return e && e->level >= 0 ? e->level : (int)severity;
}

static bool item_names(const struct log_item *i, uint32_t number, int severity)
{
	if (i->first)
		return number >= i->first && number <= i->last;
	return severity <= i->level && (i->of_class < 0 || i->of_class == log_class_of(number));
}

bool settings_pass(const struct log_settings *s, enum log_dest d, uint32_t number, int severity)
{
	const struct log_filter *f = &s->to[d];
	int class = log_class_of(number);

	if (severity < 0 || !settings_open(s, d))
		return false;
	if (class >= 0 && f->of_class[class] != LEVEL_UNSET)
		return severity <= f->of_class[class];
	if (!f->list[0])
		return severity <= f->level;
	for (size_t i = 0; i < s->n_items; i++)
		if (strcmp(s->items[i].list, f->list) == 0 &&
		    item_names(&s->items[i], number, severity))
			return true;
	return false;
}

static bool goes_anywhere(const struct log_settings *s, bool journal, const struct log_about *a)
{
	unsigned first = a->severity, last = a->severity;

	if (log_varies(log_find(a->number))) {
		first = 0;
		last = LEVEL_DEBUGGING;
	}
	for (unsigned severity = first; severity <= last; severity++)
		for (enum log_dest d = 0; d < DEST_COUNT; d++)
			if ((d != DEST_JOURNAL || journal) &&
			    settings_pass(s, d, a->number,
				settings_severity(s, a->number, severity)))
				return true;
	return false;
}

void settings_wanted(const struct log_settings *s, bool journal, uint8_t bits[LOG_BITS])
{
	memset(bits, 0, LOG_BITS);
	for (enum log_id id = 0; id < LOG_COUNT; id++)
		if (goes_anywhere(s, journal, log_about(id)))
			bits[id / 8] |= (uint8_t)(1u << id % 8);
}
