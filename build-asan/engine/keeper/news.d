build-asan/engine/keeper/news.o: engine/keeper/news.c \
 engine/keeper/news.h
engine/keeper/news.h:
