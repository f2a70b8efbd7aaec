//! The attack tokens, in tables. Each stands beside a neighbour that differs in the attack alone and is accepted, so
//! that no row can pass because something else is wrong with its token.
//!
//! Identifiers such as `A8` name lines of the project's attack catalogue: a letter for the section, a number for the
//! published attack.

pub(crate) mod encoding;
pub(crate) mod forge;
pub(crate) mod header;
pub(crate) mod identity;
pub(crate) mod signature;
pub(crate) mod size;
pub(crate) mod time;

use std::sync::LazyLock;

use axioms_core::{Algorithm, InvalidToken, ValidatorBuilder};
use axioms_testing::{SigningKey, TestClock, TestIssuer, TokenBuilder};

/// Who plays: an issuer with a key of every algorithm, somebody whose key it never published, and a host that nobody
/// has a reason to visit.
pub(crate) struct World {
    pub(crate) clock: TestClock,
    pub(crate) issuer: TestIssuer,
    pub(crate) stranger: SigningKey,
    pub(crate) canary: TestIssuer,
}

impl World {
    /// The world that is made once per process: RSA keys take long to make in Rust alone.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: LazyLock<World> = LazyLock::new(World::new);
        &SHARED
    }

    fn new() -> Self {
        let clock = TestClock::new();
        let issuer = TestIssuer::builder().algorithms(all_algorithms()).clock(clock.clone()).start();
        let mut without_alg = issuer.key(Algorithm::RS256).with_kid("rsa-without-alg").public_jwk();
        without_alg.as_object_mut().expect("a JWK is an object").remove("alg");
        issuer.add_jwk(without_alg);
        let [rsa, ec] = [Algorithm::RS256, Algorithm::ES256];
        for algorithm in [rsa, ec] {
            issuer.add_jwk(issuer.key(algorithm).with_kid(SHARED_KID).public_jwk());
        }
        // A token without `kid` must choose between this key and the other of its algorithm.
        issuer.add_jwk(SigningKey::generate(ec).with_kid("another").public_jwk());
        Self {
            clock,
            issuer,
            stranger: SigningKey::generate(ec).with_kid("stranger"),
            canary: TestIssuer::builder().algorithms([ec]).start(),
        }
    }

    /// A valid token; ES256, since it is the fastest.
    pub(crate) fn token(&self) -> TokenBuilder {
        self.issuer.token()
    }

    /// The settings that a table starts from.
    pub(crate) fn validator(&self) -> ValidatorBuilder {
        crate::common::builder(&self.issuer, &self.clock)
    }

    /// The wall clock, in seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        use axioms_core::Clock as _;

        i64::try_from(self.clock.unix_time().as_secs()).expect("the test clock is set to our century")
    }
}

/// An id that the issuer gave to an RSA key and to an EC key.
pub(crate) const SHARED_KID: &str = "shared";

/// Every algorithm that this build can sign by, ES256 first.
pub(crate) fn all_algorithms() -> Vec<Algorithm> {
    let mut algorithms: Vec<_> = SigningKey::algorithms().collect();
    algorithms.sort_by_key(|algorithm| *algorithm != Algorithm::ES256);
    algorithms
}

/// One token and what must become of it.
pub(crate) struct Attack {
    /// The line of the catalogue.
    pub(crate) id: &'static str,
    pub(crate) what: String,
    pub(crate) token: String,
    pub(crate) expected: Result<(), InvalidToken>,
    /// The same token without the attack.
    pub(crate) neighbour: String,
}

/// Makes attacks of a builder whose own token is accepted.
pub(crate) trait Attacked {
    /// What `attack` makes of the token, and what must become of it.
    fn judged<T: Minted>(
        &self,
        id: &'static str,
        what: impl Into<String>,
        expected: Result<(), InvalidToken>,
        attack: impl FnOnce(TokenBuilder) -> T,
    ) -> Attack;

    fn refused<T: Minted>(
        &self,
        id: &'static str,
        what: impl Into<String>,
        reason: InvalidToken,
        attack: impl FnOnce(TokenBuilder) -> T,
    ) -> Attack {
        self.judged(id, what, Err(reason), attack)
    }

    fn accepted<T: Minted>(
        &self,
        id: &'static str,
        what: impl Into<String>,
        attack: impl FnOnce(TokenBuilder) -> T,
    ) -> Attack {
        self.judged(id, what, Ok(()), attack)
    }
}

impl Attacked for TokenBuilder {
    fn judged<T: Minted>(
        &self,
        id: &'static str,
        what: impl Into<String>,
        expected: Result<(), InvalidToken>,
        attack: impl FnOnce(TokenBuilder) -> T,
    ) -> Attack {
        let token = attack(self.clone()).mint();
        Attack { id, what: what.into(), token, expected, neighbour: self.sign() }
    }
}

/// The text of a token, or a builder that has it signed.
pub(crate) trait Minted {
    fn mint(self) -> String;
}

impl Minted for String {
    fn mint(self) -> String {
        self
    }
}

impl Minted for TokenBuilder {
    fn mint(self) -> String {
        self.sign()
    }
}

/// Attacks on a validator of one configuration.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) settings: fn(&World, ValidatorBuilder) -> ValidatorBuilder,
    pub(crate) attacks: Vec<Attack>,
}

impl Table {
    /// Attacks on a validator as it is by default.
    pub(crate) fn of_defaults(name: &'static str, attacks: Vec<Attack>) -> Self {
        Self { name, settings: |_, builder| builder, attacks }
    }

    pub(crate) fn builder(&self, world: &World) -> ValidatorBuilder {
        (self.settings)(world, world.validator())
    }
}

/// Every table of every section.
pub(crate) fn tables(world: &World) -> Vec<Table> {
    [
        signature::tables(world),
        header::tables(world),
        encoding::tables(world),
        size::tables(world),
        time::tables(world),
        identity::tables(world),
    ]
    .into_iter()
    .flatten()
    .collect()
}
