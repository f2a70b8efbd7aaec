//! jwt-simple in pure Rust: the key by the token's `kid`, then `verify_token` with rules made in
//! advance.

use std::collections::HashMap;
use std::hint::black_box;

use axioms_core::Algorithm;
use axioms_testing::AUDIENCE;
use jwt_simple::prelude::{
    ECDSAP256PublicKeyLike, ES256PublicKey, Ed25519PublicKey, EdDSAPublicKeyLike, PS256PublicKey,
    RS256PublicKey, RSAPublicKeyLike, Token, VerificationOptions,
};
use serde::Deserialize;

use super::grants;
use crate::{Contender, Field, Result};

type Key = Box<dyn Fn(&str, VerificationOptions) -> Option<Claims>>;

/// The crate itself reads the registered claims.
#[derive(Deserialize)]
struct Claims {
    scope: String,
}

pub(crate) fn contender(field: &Field, algorithm: Algorithm) -> Result<Contender> {
    let key = field.issuer.key(algorithm);
    let keys = HashMap::from([(key.kid().to_owned(), parse(algorithm, &key.public_jwk().to_string())?)]);
    let rules = VerificationOptions {
        allowed_issuers: Some([field.issuer.url().to_owned()].into()),
        allowed_audiences: Some([AUDIENCE.to_owned()].into()),
        ..VerificationOptions::default()
    };
    let token = field.token(algorithm).sign();
    Contender::new("jwt-simple", move || {
        let token = black_box(token.as_str());
        let Ok(metadata) = Token::decode_metadata(token) else { return false };
        let key = metadata.key_id().and_then(|kid| keys.get(kid));
        key.and_then(|key| key(token, rules.clone())).is_some_and(|claims| grants(&claims.scope))
    })
}

fn parse(algorithm: Algorithm, jwk: &str) -> Result<Key> {
    macro_rules! key {
        ($type:ty) => {{
            let key = <$type>::from_jwk(jwk)?;
            Box::new(move |token, rules| {
                key.verify_token::<Claims>(token, Some(rules)).ok().map(|claims| claims.custom)
            })
        }};
    }
    Ok(match algorithm {
        Algorithm::RS256 => key!(RS256PublicKey),
        Algorithm::PS256 => key!(PS256PublicKey),
        Algorithm::ES256 => key!(ES256PublicKey),
        _ => key!(Ed25519PublicKey),
    })
}
