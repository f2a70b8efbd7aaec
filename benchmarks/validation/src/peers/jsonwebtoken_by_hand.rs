//! jsonwebtoken, called with care: the key by the token's `kid`, rules made in advance, a type for
//! the claims.

use std::collections::HashMap;
use std::hint::black_box;

use axioms_core::Algorithm;
use axioms_testing::AUDIENCE;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};

use super::{Claims, grants};
use crate::{Contender, Field, Result};

pub(crate) fn contender(field: &Field, algorithm: Algorithm) -> Result<Contender> {
    let set: JwkSet = serde_json::from_str(&field.issuer.jwks())?;
    let mut keys = HashMap::new();
    for jwk in &set.keys {
        let kid = jwk.common.key_id.clone().ok_or("a key has an id")?;
        let algorithm = jwk.common.key_algorithm.ok_or("a key has an algorithm")?;
        let mut rules = Validation::new(algorithm.to_string().parse()?);
        rules.set_audience(&[AUDIENCE]);
        rules.set_issuer(&[field.issuer.url()]);
        rules.set_required_spec_claims(&["exp", "iss", "aud"]);
        rules.validate_nbf = true;
        keys.insert(kid, (DecodingKey::from_jwk(jwk)?, rules));
    }
    let token = field.token(algorithm).sign();
    Contender::new("jsonwebtoken", move || {
        let token = black_box(&token);
        let Some((key, rules)) =
            decode_header(token).ok().and_then(|header| header.kid).and_then(|kid| keys.get(&kid))
        else {
            return false;
        };
        decode::<Claims>(token, key, rules).is_ok_and(|token| grants(&token.claims.scope))
    })
}
