/* device.h -- what a device says of itself: the words of `hello`, and of the keys
 * `surfaces`, `scenes` and `needs` in skills, each from one table. */
#ifndef ASIDE_SKILL_DEVICE_H
#define ASIDE_SKILL_DEVICE_H
#include "base/problem.h"

/* Where an offer can appear.  A new surface is a row here. */
#define ASIDE_SURFACE_MAP(X) X(SPEECH, "speech") X(CARD, "card") X(SUGGESTION_CHIP, "suggestion_chip") \
    X(FLOATING_BALL, "floating_ball") X(WAKE_CARD, "wake_card") X(SEARCH_PIN, "search_pin")            \
    X(NOTIFICATION, "notification") X(SPLASH, "splash") X(TV_POSTER, "tv_poster")                      \
    X(PREROLL, "preroll") X(NATIVE, "native")
typedef enum aside_surface {
#define X(id, name) ASIDE_SURFACE_##id,
    ASIDE_SURFACE_MAP(X)
#undef X
    ASIDE_SURFACE_COUNT
} aside_surface;

/* What a device can do, asked by a step's `needs`. */
#define ASIDE_CAPABILITY_MAP(X) X(AR, "ar") X(CAMERA, "camera") X(TOUCH, "touch") X(DEEPLINK, "deeplink") \
    X(SCREEN, "screen") X(NOTIFY, "notify")
typedef enum aside_capability {
#define X(id, name) ASIDE_CAPABILITY_##id,
    ASIDE_CAPABILITY_MAP(X)
#undef X
    ASIDE_CAPABILITY_COUNT
} aside_capability;

typedef enum aside_scene { ASIDE_SCENE_PERSONAL, ASIDE_SCENE_HOME, ASIDE_SCENE_PUBLIC, ASIDE_SCENE_COUNT } aside_scene;
typedef enum aside_device_kind {
    ASIDE_DEVICE_PHONE, ASIDE_DEVICE_SPEAKER, ASIDE_DEVICE_TV, ASIDE_DEVICE_CAR, ASIDE_DEVICE_WEARABLE,
    ASIDE_DEVICE_APPLIANCE, ASIDE_DEVICE_KIND_COUNT
} aside_device_kind;

/* NULL-terminated. */
extern const char *const aside_surface_names[], *const aside_capability_names[],
                  *const aside_scene_names[], *const aside_device_kind_names[];

typedef struct aside_device {
    aside_device_kind kind;
    aside_scene       scene;
    uint32_t          surfaces, capabilities;      /* Bits 1 << aside_surface, 1 << aside_capability. */
    bool              child, guest;
} aside_device;

/* "card, speech" to bits.  An unknown word is passed over and counted in
 * *n_unknown (a newer device may know more surfaces than this engine). */
uint32_t aside_device_bits(const char *words, const char *const *names, size_t *n_unknown);
/* The index of word in names, or -1. */
int aside_device_name_index(const char *word, const char *const *names);
#endif
