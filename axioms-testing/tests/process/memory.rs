//! A hostile key set does not grow the process.

use axioms_core::{Algorithm, InvalidToken};
use axioms_testing::{Behaviour, Endpoint, Framing};

use crate::alone;
use crate::common::{Bench, Verdict, invalid, lacks_keys, process};

/// A document that was read in full, or decompressed, would take at least twice this.
const GROWTH_KB: usize = 4 * 1024;

/// The peak counts: freed memory was in use too.
#[test]
fn a_document_of_any_size_does_not_grow_the_process() {
    let _alone = alone();
    let bench = Bench::new();
    // Some memory is allocated once (stacks, buffers, the allocator's arenas). A document of just
    // the accepted size causes that here.
    let read = fetch(&bench, "240 KiB, which is read", Behaviour::Huge(240 << 10, Framing::Chunked));
    assert_eq!(read, invalid(InvalidToken::UnknownKey));
    let warm = process::status("VmHWM");

    let known = bench.issuer.key(Algorithm::ES256);
    // Otherwise the issuer would answer that nothing has changed.
    bench.issuer.rotate(Algorithm::ES256);

    let rows = [
        ("50 MB, with a content length", Behaviour::Huge(50 << 20, Framing::ContentLength)),
        ("50 MB in chunks", Behaviour::Huge(50 << 20, Framing::Chunked)),
        ("50 MB to the end", Behaviour::Huge(50 << 20, Framing::Close)),
        ("8 MB, packed", Behaviour::GzipBomb(8 << 20)),
        ("a web page", Behaviour::Html),
    ];
    for (what, behaviour) in rows {
        let unknown = fetch(&bench, what, behaviour);
        assert!(lacks_keys(&unknown), "{what}: {unknown:?}");
        let token = bench.token().signed_with(&known).sign();
        assert_eq!(bench.verdict(&token), Ok(()), "{what}: the former keys still serve");
    }
    let peak = process::status("VmHWM");
    assert!(peak - warm < GROWTH_KB, "at most {warm} kB when warm, and {peak} kB in the end");
}

/// Causes a fetch of the document: sends an unknown key after the cool-down, and returns the
/// verdict.
fn fetch(bench: &Bench, what: &str, behaviour: Behaviour) -> Verdict {
    bench.issuer.behave(Endpoint::Jwks, behaviour);
    let (fetches, before) = (bench.issuer.fetches(), process::status("VmRSS"));
    bench.advance_seconds(60);
    let verdict = bench.verdict(&bench.token().header("kid", "unknown").sign());
    assert!(bench.issuer.fetches() > fetches, "{what}: the fetch happened");
    let (after, peak) = (process::status("VmRSS"), process::status("VmHWM"));
    println!("{what:<24} RSS {before:>6} kB before, {after:>6} kB after; peak {peak:>6} kB");
    verdict
}
