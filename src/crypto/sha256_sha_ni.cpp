// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256_kernel.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#include <utility>

namespace astyq::crypto {
namespace {

#define ASTYQ_SHA_NI __attribute__((target("sha,sse4.1,ssse3")))
#define ASTYQ_SHA_NI_INLINE __attribute__((target("sha,sse4.1,ssse3"), always_inline)) inline

// One hash in flight, its words in the order that the SHA instructions want.
struct Lane {
  __m128i abef;
  __m128i cdgh;
  __m128i words[4];
};

template <typename T>
ASTYQ_SHA_NI_INLINE __m128i load(const T* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

ASTYQ_SHA_NI_INLINE void load_state(Lane& lane, const Sha256Kernel::State& state) {
  const __m128i cdab = _mm_shuffle_epi32(load(state.data()), 0xB1);
  const __m128i efgh = _mm_shuffle_epi32(load(state.data() + 4), 0x1B);
  lane.abef = _mm_alignr_epi8(cdab, efgh, 8);
  lane.cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
}

ASTYQ_SHA_NI_INLINE void store_state(const Lane& lane, Sha256Kernel::State& state) {
  const __m128i feba = _mm_shuffle_epi32(lane.abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(lane.cdgh, 0xB1);
  auto* const out = reinterpret_cast<__m128i*>(state.data());
  _mm_storeu_si128(out, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128(out + 1, _mm_alignr_epi8(dchg, feba, 8));
}

ASTYQ_SHA_NI_INLINE void load_block(Lane& lane, const std::uint8_t* block) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  for (int i = 0; i < 4; ++i) lane.words[i] = _mm_shuffle_epi8(load(block + 16 * i), big_endian);
}

// Rounds 4 * kQuad .. 4 * kQuad + 3.
template <std::size_t kQuad>
ASTYQ_SHA_NI_INLINE void four_rounds(Lane& lane) {
  __m128i& words = lane.words[kQuad % 4];
  if constexpr (kQuad >= 4) {
    const __m128i last = lane.words[(kQuad + 3) % 4];
    const __m128i seven_back = _mm_alignr_epi8(last, lane.words[(kQuad + 2) % 4], 4);
    const __m128i early = _mm_sha256msg1_epu32(words, lane.words[(kQuad + 1) % 4]);
    words = _mm_sha256msg2_epu32(_mm_add_epi32(early, seven_back), last);
  }
  const __m128i keyed = _mm_add_epi32(words, load(kSha256Rounds.data() + 4 * kQuad));
  lane.cdgh = _mm_sha256rnds2_epu32(lane.cdgh, lane.abef, keyed);
  lane.abef = _mm_sha256rnds2_epu32(lane.abef, lane.cdgh, _mm_shuffle_epi32(keyed, 0x0E));
}

template <std::size_t... kQuads>
ASTYQ_SHA_NI_INLINE void all_rounds(Lane& lane, std::index_sequence<kQuads...>) {
  (four_rounds<kQuads>(lane), ...);
}

template <std::size_t kQuad>
ASTYQ_SHA_NI_INLINE void four_rounds_of_two(Lane& first, Lane& second) {
  four_rounds<kQuad>(first);
  four_rounds<kQuad>(second);
}

template <std::size_t... kQuads>
ASTYQ_SHA_NI_INLINE void all_rounds_of_two(Lane& first, Lane& second,
                                           std::index_sequence<kQuads...>) {
  (four_rounds_of_two<kQuads>(first, second), ...);
}

ASTYQ_SHA_NI_INLINE void add(Lane& lane, __m128i abef, __m128i cdgh) {
  lane.abef = _mm_add_epi32(lane.abef, abef);
  lane.cdgh = _mm_add_epi32(lane.cdgh, cdgh);
}

ASTYQ_SHA_NI void compress(Sha256Kernel::State& state, const std::uint8_t* blocks,
                           std::size_t count) {
  Lane lane;
  load_state(lane, state);
  for (std::size_t i = 0; i < count; ++i) {
    const __m128i abef = lane.abef;
    const __m128i cdgh = lane.cdgh;
    load_block(lane, blocks + 64 * i);
    all_rounds(lane, std::make_index_sequence<16>());
    add(lane, abef, cdgh);
  }
  store_state(lane, state);
}

// One hash waits for itself in every round; a second one fills the gaps.
ASTYQ_SHA_NI void compress_two(Sha256Kernel::State& first_state, const std::uint8_t* first_blocks,
                               Sha256Kernel::State& second_state, const std::uint8_t* second_blocks,
                               std::size_t count) {
  Lane first;
  Lane second;
  load_state(first, first_state);
  load_state(second, second_state);
  for (std::size_t i = 0; i < count; ++i) {
    const Lane first_before = first;
    const Lane second_before = second;
    load_block(first, first_blocks + 64 * i);
    load_block(second, second_blocks + 64 * i);
    all_rounds_of_two(first, second, std::make_index_sequence<16>());
    add(first, first_before.abef, first_before.cdgh);
    add(second, second_before.abef, second_before.cdgh);
  }
  store_state(first, first_state);
  store_state(second, second_state);
}

bool processor_has_sha() {
  constexpr unsigned kSsse3AndSse41 = 1U << 9 | 1U << 19;  // leaf 1, ecx
  constexpr unsigned kSha = 1U << 29;                      // leaf 7, ebx
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) return false;
  if ((ecx & kSsse3AndSse41) != kSsse3AndSse41) return false;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & kSha) != 0;
}

constexpr Sha256Kernel kShaNi = {"sha_ni", compress, compress_two};

}  // namespace

const Sha256Kernel* sha_ni_sha256() {
  return processor_has_sha() ? &kShaNi : nullptr;
}

}  // namespace astyq::crypto

#else

namespace astyq::crypto {

const Sha256Kernel* sha_ni_sha256() {
  return nullptr;
}

}  // namespace astyq::crypto

#endif
