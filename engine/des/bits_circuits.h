/*
 * The circuits, CIRCUITS, once in each sense that the includer has given to their words, which then
 * have none: therefore it has no guard.
 */
#include CIRCUITS
#undef BOX
#undef IN
#undef LUT
#undef AND
#undef ANDN
#undef OR
#undef XOR
#undef OUT
#undef NOT
#undef END
