//! Checks the JOSE header (RFC 7515 section 4), and reads the key id and the algorithm.

use std::borrow::Cow;

use super::issuer_policy::IssuerPolicy;
use crate::crypto::Algorithm;
use crate::jose::media_type;
use crate::json::Object;
use crate::refusal::{HeaderParameter, InvalidToken};

/// The header's content, checked against the rules but not verified.
///
/// `jku`, `jwk`, `x5u` and `x5c` are ignored, because a token must not supply its own key.
#[derive(Debug)]
pub(super) struct Header<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<Cow<'a, str>>,
}

impl<'a> Header<'a> {
    pub(super) fn check(header: &Object<'a>, rules: &IssuerPolicy) -> Result<Self, InvalidToken> {
        for parameter in [HeaderParameter::Crit, HeaderParameter::B64, HeaderParameter::Zip] {
            if header.has(parameter.name()) {
                return Err(InvalidToken::HeaderParameter(parameter));
            }
        }
        let algorithm = algorithm(header, rules)?;
        check_type(header, rules)?;
        refuse_nested(header)?;
        // A `kid` of another type must not count as absent: RFC 7515 section 4.1.4 allows only strings.
        let key_id = header.string("kid").map_err(|_| InvalidToken::HeaderParameter(HeaderParameter::Kid))?;
        Ok(Self { algorithm, key_id })
    }
}

fn algorithm(header: &Object<'_>, rules: &IssuerPolicy) -> Result<Algorithm, InvalidToken> {
    header
        .string("alg")
        .ok()
        .flatten()
        .and_then(|name| Algorithm::from_name(&name))
        .filter(|algorithm| rules.algorithms.contains(algorithm))
        .ok_or(InvalidToken::Algorithm)
}

fn check_type(header: &Object<'_>, rules: &IssuerPolicy) -> Result<(), InvalidToken> {
    let accepted = match header.string("typ").map_err(|_| InvalidToken::Type)? {
        Some(typ) => rules.types.iter().any(|accepted| media_type::is(&typ, accepted)),
        None => rules.accepts_untyped(),
    };
    if accepted { Ok(()) } else { Err(InvalidToken::Type) }
}

/// Refuses a nested token (`cty: JWT`), because its inner signature would not be checked.
fn refuse_nested(header: &Object<'_>) -> Result<(), InvalidToken> {
    match header.string("cty") {
        Ok(None) => Ok(()),
        Ok(Some(content)) if !media_type::is(&content, "JWT") => Ok(()),
        _ => Err(InvalidToken::HeaderParameter(HeaderParameter::Cty)),
    }
}
