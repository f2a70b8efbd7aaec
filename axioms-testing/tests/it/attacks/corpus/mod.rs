//! The attack tokens, in tables. Each row also has a control token, which differs only in the
//! attack and is accepted. So no row can pass because something else is wrong with its token.
//!
//! Identifiers such as `A8` refer to the project's attack catalogue: a letter for the section, a
//! number for the published attack.

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

/// The parties: an issuer with a key of every algorithm, an attacker whose key the issuer never
/// published, and a host that a validator must never contact.
pub(crate) struct World {
    pub(crate) clock: TestClock,
    pub(crate) issuer: TestIssuer,
    pub(crate) stranger: SigningKey,
    pub(crate) canary: TestIssuer,
}

impl World {
    /// Made once per process, because making RSA keys in pure Rust is slow.
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
        // A token without `kid` must fit this key or the other one of its algorithm.
        issuer.add_jwk(SigningKey::generate(ec).with_kid("another").public_jwk());
        Self {
            clock,
            issuer,
            stranger: SigningKey::generate(ec).with_kid("stranger"),
            canary: TestIssuer::builder().algorithms([ec]).start(),
        }
    }

    /// A valid token, signed with ES256 because it is the fastest.
    pub(crate) fn token(&self) -> TokenBuilder {
        self.issuer.token()
    }

    /// The settings that every table starts from.
    pub(crate) fn validator(&self) -> ValidatorBuilder {
        crate::common::builder(&self.issuer, &self.clock)
    }

    /// The wall clock, in seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        use axioms_core::Clock as _;

        i64::try_from(self.clock.unix_time().as_secs()).expect("the test clock is set to our century")
    }
}

/// An id that the issuer uses for both an RSA key and an EC key.
pub(crate) const SHARED_KID: &str = "shared";

/// Every algorithm that this build can sign with, ES256 first.
pub(crate) fn all_algorithms() -> Vec<Algorithm> {
    let mut algorithms: Vec<_> = SigningKey::algorithms().collect();
    algorithms.sort_by_key(|algorithm| *algorithm != Algorithm::ES256);
    algorithms
}

/// One token and its expected verdict.
pub(crate) struct Attack {
    /// The line of the attack catalogue.
    pub(crate) id: &'static str,
    pub(crate) what: String,
    pub(crate) token: String,
    pub(crate) expected: Result<(), InvalidToken>,
    /// The control: the same token without the attack.
    pub(crate) neighbour: String,
}

/// Makes attacks from a builder whose unchanged token is accepted.
pub(crate) trait Attacked {
    /// How `attack` changes the token, and the expected verdict.
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

/// A token as text, or a builder that signs it.
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

/// Attacks on a validator with one configuration.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) settings: fn(&World, ValidatorBuilder) -> ValidatorBuilder,
    pub(crate) attacks: Vec<Attack>,
}

impl Table {
    /// Attacks on a validator with default settings.
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
