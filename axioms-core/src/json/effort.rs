//! The bound on the cost of parsing a token.

/// Why a text is refused as a JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAnObject {
    /// It is not an object, or not a strict one.
    Malformed,
    /// It takes too much work, or nests too deep. It may or may not be well formed.
    TooComplex,
}

/// The remaining work for a text, in units of about 5 ns on the machine of the benchmarks.
///
/// The length alone does not bound it well: 12 KB of `{"a":1}` cost twenty times as much to read as
/// 12 KB of text. With [`Effort::TOKEN`], refusing a token of 16 KiB costs less than verifying an
/// RS256 signature; the bench `refusals` has the worst payloads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort(u32);

impl Effort {
    /// For a token's header and payload together. It is enough for 1,100 groups, for 200 claims,
    /// for the roles of 100 clients in a token of Keycloak, or for 1,100 escapes.
    pub(crate) const TOKEN: Self = Self(1280);
    /// For documents of the issuer, which are limited in bytes and parsed on a separate thread.
    pub(super) const DOCUMENT: Self = Self(u32::MAX);
    /// For reading an ordinary header or the first claims.
    pub(super) const GLIMPSE: Self = Self(256);

    pub(super) const VALUE: u32 = 1;
    pub(super) const ESCAPE: u32 = 1;
    pub(super) const NAME: u32 = 2;

    pub(super) fn spend(&mut self, units: u32) -> Result<(), NotAnObject> {
        self.0 = self.0.checked_sub(units).ok_or(NotAnObject::TooComplex)?;
        Ok(())
    }

    /// Spends the effort of decoding a name with this many escapes, in addition to that of the
    /// escapes.
    pub(super) fn spend_on_decoding(&mut self, escapes: usize) -> Result<(), NotAnObject> {
        const EACH: u32 = 2;
        const ONCE: u32 = 14;
        let escapes = u32::try_from(escapes).map_err(|_| NotAnObject::TooComplex)?;
        self.spend(EACH.saturating_mul(escapes).saturating_add(ONCE))
    }

    /// Spends the effort of checking that this many names of one object are unique.
    pub(super) fn spend_on_comparing(&mut self, names: usize) -> Result<(), NotAnObject> {
        const EACH: u32 = 3;
        const FREE: usize = 4;
        match u32::try_from(names) {
            Ok(_) if names <= FREE => Ok(()),
            Ok(names) => self.spend(EACH.saturating_mul(names)),
            Err(_) => Err(NotAnObject::TooComplex),
        }
    }
}
