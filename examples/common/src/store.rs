//! Storage in memory: items by id, counted from 1.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::failure::Failure;

pub(crate) struct Store<T>(Mutex<Entries<T>>);

struct Entries<T> {
    last_id: u64,
    things: BTreeMap<u64, T>,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self(Mutex::new(Entries { last_id: 0, things: BTreeMap::new() }))
    }
}

impl<T: Clone> Store<T> {
    pub(crate) fn list(&self) -> Vec<T> {
        self.entries().things.values().cloned().collect()
    }

    /// Stores the item that `make` creates for a new id.
    pub(crate) fn add(&self, make: impl FnOnce(u64) -> T) -> T {
        let mut entries = self.entries();
        entries.last_id += 1;
        let id = entries.last_id;
        let thing = make(id);
        entries.things.insert(id, thing.clone());
        thing
    }

    pub(crate) fn find(&self, id: &str) -> Result<T, Failure> {
        self.entries().things.get(&parse(id)?).cloned().ok_or(Failure::NotFound)
    }

    /// Stores the item that `change` returns, unless it fails. Reading and writing are one step.
    pub(crate) fn change(
        &self,
        id: &str,
        change: impl FnOnce(&mut T) -> Result<(), Failure>,
    ) -> Result<T, Failure> {
        let mut entries = self.entries();
        let kept = entries.things.get_mut(&parse(id)?).ok_or(Failure::NotFound)?;
        let mut changed = kept.clone();
        change(&mut changed)?;
        kept.clone_from(&changed);
        Ok(changed)
    }

    /// Removes an item, unless `check` fails.
    pub(crate) fn remove(
        &self,
        id: &str,
        check: impl FnOnce(&T) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let id = parse(id)?;
        let mut entries = self.entries();
        check(entries.things.get(&id).ok_or(Failure::NotFound)?)?;
        entries.things.remove(&id);
        Ok(())
    }

    fn entries(&self) -> MutexGuard<'_, Entries<T>> {
        // No code above leaves the entries half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Text that is not a number is the id of nothing.
fn parse(id: &str) -> Result<u64, Failure> {
    id.parse().map_err(|_| Failure::NotFound)
}
