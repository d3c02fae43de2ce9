/* What the keeper has to tell the operator: a line each, to the journal and to the manager's log.
 */
#ifndef GATEHOUSE_NEWS_H
#define GATEHOUSE_NEWS_H

/* Severities of syslog. */
enum { NEWS_ERROR = 3, NEWS_WARNING = 4, NEWS_NOTICE = 5 };

struct news {
	void (*say)(void *arg, unsigned severity, const char *text); /* NULL: nobody listens */
	void *arg;
};

void __attribute__((format(printf, 3, 4))) news_say(const struct news *, unsigned severity,
    const char *fmt, ...);

#endif
