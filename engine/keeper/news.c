/* The texts of news.h. */
#include "engine/keeper/news.h"

#include <stdarg.h>
#include <stdio.h>

void news_say(const struct news *n, unsigned severity, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (!n->say)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	n->say(n->arg, severity, text);
}
