/* number.h -- numbers written in digits or words, in English and Chinese.
 *
 * Reads the normal form of text/utterance.h: "twenty five ", "25 ", "二 十 五 ",
 * "one hundred and five ", "幺 二 ", "两 百 ", "nineteen point five ", "半 ". */
#ifndef ASIDE_TEXT_NUMBER_H
#define ASIDE_TEXT_NUMBER_H
#include "base/arena.h"

/* The whole of `normal` as a number, in thousandths; false when it is not one. */
bool aside_number_read(aside_str normal, const char *language, int64_t *thousandths);
/* The words of n (0 to 999,999) as they are spoken, one space between; for the recogniser. ENOMEM. */
aside_status aside_number_say(int64_t n, const char *language, aside_arena *arena, const char **out) ASIDE_MUST_CHECK;
#endif
