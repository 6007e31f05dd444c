// SPDX-License-Identifier: Apache-2.0
//! Ed25519 verification by the rules of ZIP-215, behind two C functions.
//! Their declarations are in src/crypto/ed25519.cpp.
#![forbid(unsafe_op_in_unsafe_fn)]

use ed25519_zebra::{batch, Signature, VerificationKey, VerificationKeyBytes};
use rand_core::{impls, CryptoRng, Error, RngCore};
use sha2::{Digest, Sha256, Sha512};

/// One signature to check. `message` may be null only where `message_size` is 0.
#[repr(C)]
pub struct Item {
    key: *const u8,       // 32 bytes
    signature: *const u8, // 64 bytes
    message: *const u8,
    message_size: usize,
}

struct Parts<'a> {
    key: [u8; 32],
    signature: [u8; 64],
    message: &'a [u8],
}

/// # Safety
/// The pointers of `item` hold as many readable bytes as `Item` says, for the life of the result.
unsafe fn parts(item: &Item) -> Parts<'_> {
    let message = if item.message_size == 0 {
        &[]
    } else {
        // SAFETY: promised by the caller.
        unsafe { core::slice::from_raw_parts(item.message, item.message_size) }
    };
    Parts {
        // SAFETY: promised by the caller; arrays of bytes need no alignment.
        key: unsafe { *item.key.cast::<[u8; 32]>() },
        signature: unsafe { *item.signature.cast::<[u8; 64]>() },
        message,
    }
}

/// The coefficients of a batch, drawn from a hash of everything the batch holds: whoever changes
/// a bit of any signature gets other coefficients, and the library needs no entropy.
struct Coefficients {
    seed: [u8; 32],
    counter: u64,
    block: [u8; 64],
    used: usize,
}

impl Coefficients {
    fn new(seed: [u8; 32]) -> Self {
        Coefficients { seed, counter: 0, block: [0; 64], used: 64 }
    }
}

impl RngCore for Coefficients {
    fn next_u32(&mut self) -> u32 {
        impls::next_u32_via_fill(self)
    }
    fn next_u64(&mut self) -> u64 {
        impls::next_u64_via_fill(self)
    }
    fn fill_bytes(&mut self, out: &mut [u8]) {
        for byte in out {
            if self.used == self.block.len() {
                let hash = Sha512::new().chain_update(self.seed).chain_update(self.counter.to_be_bytes());
                self.block = hash.finalize().into();
                self.counter += 1;
                self.used = 0;
            }
            *byte = self.block[self.used];
            self.used += 1;
        }
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(out);
        Ok(())
    }
}

impl CryptoRng for Coefficients {}

/// Is the signature valid under ZIP-215?
///
/// # Safety
/// `item` points to one item whose pointers are as `Item` says.
#[no_mangle]
pub unsafe extern "C" fn astyq_ed25519_verify(item: *const Item) -> bool {
    // SAFETY: promised by the caller.
    let parts = unsafe { parts(&*item) };
    VerificationKey::try_from(parts.key)
        .and_then(|key| key.verify(&Signature::from(parts.signature), parts.message))
        .is_ok()
}

/// Are all `count` signatures valid under ZIP-215? A wrong "yes" has probability 2^-128.
///
/// # Safety
/// `items` points to `count` items whose pointers are as `Item` says.
#[no_mangle]
pub unsafe extern "C" fn astyq_ed25519_verify_all(items: *const Item, count: usize) -> bool {
    if count == 0 {
        return true;
    }
    // SAFETY: promised by the caller.
    let items = unsafe { core::slice::from_raw_parts(items, count) };
    let mut verifier = batch::Verifier::new();
    let mut transcript = Sha256::new().chain_update(b"astyq/ed25519-batch/1");
    for item in items {
        // SAFETY: promised by the caller.
        let parts = unsafe { parts(item) };
        transcript.update(parts.key);
        transcript.update(parts.signature);
        transcript.update((parts.message.len() as u64).to_be_bytes());
        transcript.update(parts.message);
        let key = VerificationKeyBytes::from(parts.key);
        verifier.queue((key, Signature::from(parts.signature), parts.message));
    }
    verifier.verify(Coefficients::new(transcript.finalize().into())).is_ok()
}
