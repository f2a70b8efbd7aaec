//! Idle RSA keys. Generating one takes tens or hundreds of milliseconds, and seconds in pure Rust,
//! so tests reuse keys that others have dropped.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::library::Key;

/// The pool of this process. It exists only in memory: a key in the repository would let its
/// readers forge tokens.
pub(super) static POOL: Pool = Pool(Mutex::new(BTreeMap::new()));

/// Idle keys by their size in bits.
pub(super) struct Pool(Mutex<BTreeMap<usize, Vec<Arc<Key>>>>);

impl Pool {
    /// Returns a key of this size that no other test uses. `make` generates one if none is idle.
    pub(super) fn take(&self, bits: usize, make: impl FnOnce() -> Key) -> Arc<Key> {
        let idle = self.idle().get_mut(&bits).and_then(Vec::pop);
        idle.unwrap_or_else(|| Arc::new(make()))
    }

    /// Returns a key to the pool when its last holder drops it. If two holders drop it at the same
    /// moment, neither is the last, and the key is not reused.
    pub(super) fn put_back(&self, bits: usize, key: &Arc<Key>) {
        if Arc::strong_count(key) == 1 {
            self.idle().entry(bits).or_default().push(Arc::clone(key));
        }
    }

    fn idle(&self) -> MutexGuard<'_, BTreeMap<usize, Vec<Arc<Key>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make() -> Key {
        Key::generate_rsa(2048).unwrap()
    }

    #[test]
    fn a_key_has_one_holder_at_a_time() {
        let pool = Pool(Mutex::default());
        let (one, two) = (pool.take(2048, make), pool.take(2048, make));
        assert_ne!(one.public_der(), two.public_der());

        let clone = Arc::clone(&one);
        pool.put_back(2048, &one);
        assert!(pool.idle().is_empty(), "another holder has it");

        drop(clone);
        pool.put_back(2048, &one);
        let der = one.public_der();
        drop(one);
        let other_size = pool.take(3072, make);
        assert_ne!(other_size.public_der(), der, "a key is lent by its size");
        let again = pool.take(2048, || panic!("a key is idle"));
        assert_eq!(again.public_der(), der);
    }
}
