#include "../bench.h"

typedef struct {
    const char *word;
    size_t length;
    uint64_t hash;
    long count;
} Slot;

typedef struct {
    Slot *slots;
    size_t capacity, used;
} Table;

static char *generate(long n) {
    char *text = malloc(n * 10 + 1), *end = text;
    uint32_t seed = 42;
    for (long i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        double u = seed / 4294967296.0;
        end += sprintf(end, i == 0 ? "word%d" : " word%d", (int)(u * u * 20000));
    }
    *end = 0;
    return text;
}

static uint64_t fnv1a(const char *word, size_t length) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)word[i]) * 1099511628211u;
    return hash;
}

static Slot *find(Table *table, const char *word, size_t length, uint64_t hash) {
    size_t i = hash & (table->capacity - 1);
    for (;;) {
        Slot *slot = &table->slots[i];
        if (slot->word == NULL) return slot;
        if (slot->hash == hash && slot->length == length && memcmp(slot->word, word, length) == 0) return slot;
        i = (i + 1) & (table->capacity - 1);
    }
}

static void grow(Table *table) {
    Table larger = {calloc(table->capacity * 2, sizeof(Slot)), table->capacity * 2, table->used};
    for (size_t i = 0; i < table->capacity; i++) {
        Slot *slot = &table->slots[i];
        if (slot->word != NULL) *find(&larger, slot->word, slot->length, slot->hash) = *slot;
    }
    free(table->slots);
    *table = larger;
}

static Table count_words(const char *text) {
    Table table = {calloc(64, sizeof(Slot)), 64, 0};
    while (*text) {
        size_t length = strcspn(text, " ");
        uint64_t hash = fnv1a(text, length);
        Slot *slot = find(&table, text, length, hash);
        if (slot->word == NULL) {
            *slot = (Slot){text, length, hash, 1};
            if (++table.used * 2 > table.capacity) grow(&table);
        } else {
            slot->count++;
        }
        text += length;
        if (*text == ' ') text++;
    }
    return table;
}

typedef struct {
    long distinct, largest, squares;
} Summary;

static Summary summary(Table table) {
    Summary s = {table.used, 0, 0};
    for (size_t i = 0; i < table.capacity; i++) {
        long count = table.slots[i].count;
        if (count > s.largest) s.largest = count;
        s.squares += count * count;
    }
    free(table.slots);
    return s;
}

int main(int argc, char **argv) {
    long n = size_argument(argc, argv, 2000000);
    char *small = generate(n / 100);
    keep(summary(count_words(small)).squares);
    free(small);
    char *text = generate(n);
    double start = now();
    Summary answer = summary(count_words(text));
    double seconds = now() - start;
    printf("answer %ld %ld %ld\nseconds %.9f\n", answer.distinct, answer.largest, answer.squares, seconds);
}
