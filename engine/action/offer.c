/* offer.c -- the words, label and surfaces of the one offer that passed.
 *
 * What a person hears is "Ad from Oreo. ...": label, sponsor, words.  What a
 * person sees has the same label and sponsor, and a way to close it at once;
 * there is no creative without them.
 *
 * Recipe for a new surface: a row in ASIDE_SURFACE_MAP (skill/device.h), its bit
 * in ASIDE_SKILL_SURFACES once skills can carry creative for it (skill/skill.h),
 * and a row below that says what of the creative it shows.  A surface without a
 * row, or for which a skill has no creative, does not appear. */
#include "action/offer.h"

static const char *const labels[ASIDE_LANG_COUNT] = { "Ad", "广告" };

/* What a surface shows beside label, sponsor and the way to close it. */
typedef struct form { aside_surface surface; bool says, title, text; } form;

static const form forms[] = {
    { ASIDE_SURFACE_SPEECH,          .says = true },
    { ASIDE_SURFACE_CARD,            .title = true, .text = true },
    { ASIDE_SURFACE_SUGGESTION_CHIP, .title = true },
    { ASIDE_SURFACE_FLOATING_BALL,   .title = true },
};

const char *aside_offer_label(aside_lang lang) {
    return labels[lang];
}

static const char *title_of(const aside_skill *skill, aside_lang lang) {
    const char *title = aside_words_in(&skill->card_title, lang);
    return title ? title : aside_words_in(&skill->offer, lang);
}

const char *aside_offer_say(const aside_skill *skill, aside_lang lang, const char *words, aside_arena *arena) {
    static const struct { const char *before_name, *after_name; } glue[ASIDE_LANG_COUNT] = { { " from ", ". " }, { "：", "。" } };
    return aside_arena_printf(arena, "%s%s%s%s%s", labels[lang], glue[lang].before_name,
                              aside_words_in(&skill->sponsor.spoken, lang), glue[lang].after_name, words);
}

aside_status aside_offer_compose(const aside_verdicts *v, const aside_moment *m, aside_lang lang, const char *action_id,
                                 aside_arena *arena, const aside_offer **out) {
    if (!v->winner) return *out = NULL, ASIDE_OK;
    const aside_skill *skill = v->winner->skill;
    aside_offer *o = aside_arena_alloc(arena, sizeof *o);
    if (!o) return ASIDE_ENOMEM;
    *o = (aside_offer){
        .skill = skill, .lang = lang, .label = labels[lang],
        .action_id = aside_arena_copy_z(arena, aside_str_from(action_id)),
        .say = aside_offer_say(skill, lang, aside_words_in(&skill->offer, lang), arena),
        .surfaces = skill->surfaces & m->device->surfaces,
        .at_ms = m->now_ms, .expires_ms = m->now_ms + skill->answer_ms,
    };
    if (!o->action_id || !o->say) return ASIDE_ENOMEM;
    *out = o;
    return ASIDE_OK;
}

static void write_surface(const aside_offer *o, const form *f, aside_json_writer *w) {
    aside_json_key(w, aside_surface_names[f->surface]);
    aside_json_open(w, '{');
    aside_json_put_z(w, "label", o->label);
    aside_json_put_z(w, "sponsor", aside_words_in(&o->skill->sponsor.spoken, o->lang));
    if (f->says) aside_json_put_z(w, "say", o->say);
    if (f->title) aside_json_put_z(w, "title", title_of(o->skill, o->lang));
    if (f->text) aside_json_put_z(w, "text", aside_words_in(&o->skill->offer, o->lang));
    aside_json_key(w, "close");
    aside_json_add_bool(w, true);
    aside_json_close(w, '}');
}

aside_status aside_offer_surfaces_json(const aside_offer *o, aside_buf *out) {
    aside_json_writer w;
    aside_json_writer_init(&w, out);
    aside_json_open(&w, '{');
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (o->surfaces & 1u << forms[i].surface) write_surface(o, &forms[i], &w);
    aside_json_close(&w, '}');
    return aside_buf_ok(out) ? ASIDE_OK : ASIDE_ENOMEM;
}
