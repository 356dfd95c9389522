/* sound_file.h -- a recording (WAV, FLAC, Ogg) as a stream of mono samples.
 *
 * Not for: changing the rate (resample.h).  The only user of libsndfile. */
#ifndef ASIDE_AUDIO_SOUND_FILE_H
#define ASIDE_AUDIO_SOUND_FILE_H
#include "aside.h"

typedef struct aside_sound_file aside_sound_file;      /* One thread at a time. */

/* Errors: EIO (missing, unreadable), EAUDIO (not a recording of a known kind, no
 * sound in it, a rate outside 8 to 192 kHz, more than 8 channels), ENOMEM.
 * err may be NULL. */
aside_status aside_sound_file_open(const char *path, const aside_host *host,
                                   aside_sound_file **out, aside_error *err) ASIDE_MUST_CHECK;
void aside_sound_file_close(aside_sound_file *f);      /* NULL is fine. */
int  aside_sound_file_rate_hz(const aside_sound_file *f);
/* Up to n samples, channels averaged; *n_read is 0 at the end.  EAUDIO when the file is cut short. */
aside_status aside_sound_file_read(aside_sound_file *f, int16_t *pcm, size_t n, size_t *n_read) ASIDE_MUST_CHECK;
#endif
