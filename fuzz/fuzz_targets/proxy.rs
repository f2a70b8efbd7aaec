//! A URL, then proxy variables, one `NAME=value` per line. This machine is never reached through a
//! proxy, a CGI request cannot set one, and no message shows a password.
#![no_main]

use axioms_core::fuzzing;
use axioms_fuzz::{first_line, pairs};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (url, variables) = first_line(text);
    let Ok(uri) = fuzzing::check_url(url, true) else { return };
    let host = uri.host().unwrap();
    let variable = |name: &str| Some(pairs(variables).find(|(found, _)| *found == name)?.1.to_owned());
    let used = fuzzing::proxy(&uri, variable);
    match &used {
        Ok(Some(shown)) => {
            assert!(fuzzing::nearness(host) < 2, "{host} is this machine");
            let (proxy, name) = shown.rsplit_once(" of ").expect("the variable that names it");
            assert!(!proxy.contains(['@', ' ']) && proxy.starts_with("http"));
            let scheme = if uri.scheme_str() == Some("https") { "https_proxy" } else { "http_proxy" };
            assert!([scheme, "all_proxy"].contains(&name.to_ascii_lowercase().as_str()), "{shown}");
            assert!(name != "HTTP_PROXY" || variable("REQUEST_METHOD").is_none(), "httpoxy");
            let exempt = format!("a.example, {host}\tb.example");
            let with_exempt =
                |name: &str| if name == "no_proxy" { Some(exempt.clone()) } else { variable(name) };
            assert_eq!(fuzzing::proxy(&uri, with_exempt), Ok(None));
        }
        Ok(None) => {}
        Err(message) => {
            let value = message.split(' ').next().and_then(variable).expect("the variable that is wrong");
            let value = value.split_once("://").map_or(value.as_str(), |(_, rest)| rest);
            let secret = value.rsplit_once('@').map_or("", |(secret, _)| secret);
            // A password may equal a word of the message.
            assert!(
                secret.len() < 8 || message.contains(&format!(" {secret} ")) || !message.contains(secret)
            );
        }
    }
    let none = |name: &str| if name == "no_proxy" { Some(" * ".to_owned()) } else { variable(name) };
    assert_eq!(fuzzing::proxy(&uri, none), Ok(None));
});
